import { Clock3, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useReplyWindow } from "@/features/composer/api/use-reply-window";
import type { Conversation } from "@/lib/api/types";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime } from "@/lib/time/format";
import styles from "./extras.module.css";

/** How long the platform still allows an answer. Nothing where it always does. */
export function WindowNote({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("composer");
  const { window, left } = useReplyWindow(conversation);
  if (!window?.closes_at || (window.state !== "open" && window.state !== "human_agent")) return null;
  const human = window.state === "human_agent";
  const Icon = human ? UserRound : Clock3;
  const over = left === null || (left.hours === 0 && left.minutes === 0);
  const time = over ? t("window.ending") : t(left.hours > 0 ? "window.hours" : "window.minutes", left);
  return (
    <p
      className={styles.window}
      data-soon={left === null || left.soon || undefined}
      title={fullTime(window.closes_at, currentLanguage())}
    >
      <Icon size={14} aria-hidden />
      {t(human ? "window.humanAgent" : "window.open", { time })}
    </p>
  );
}
