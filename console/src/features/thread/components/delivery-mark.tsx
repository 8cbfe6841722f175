import { Check, CheckCheck, CircleAlert, CircleHelp, Clock3, type LucideIcon, SendHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { DeliveryState } from "@/lib/api/types";
import styles from "./delivery.module.css";

const ICONS: Record<DeliveryState, LucideIcon> = {
  queued: Clock3,
  sending: SendHorizontal,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
  unconfirmed: CircleHelp,
};

/** How far it came, as a sign and in words. */
export function DeliveryMark({ state }: { state: DeliveryState }) {
  const { t } = useTranslation("thread");
  const Icon = ICONS[state];
  return (
    <span className={`${styles.mark} ${styles[state]}`}>
      <Icon size={14} aria-hidden />
      {t(`delivery.${state}`)}
    </span>
  );
}
