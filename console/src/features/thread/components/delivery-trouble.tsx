import { RotateCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Confirm } from "@/components/dialog/confirm";
import { failureText, isPointless } from "@/features/thread/api/failure-text";
import { useRetry } from "@/features/thread/api/use-retry";
import type { Message } from "@/lib/api/types";
import { useCan } from "@/lib/desk/context";
import styles from "./delivery.module.css";

/** Why it did not arrive, what to do, and another try; where the customer may have it already, only after asking. */
export function DeliveryTrouble({ message }: { message: Message }) {
  const { t } = useTranslation("thread");
  const retry = useRetry(message);
  const mayRetry = useCan("send_messages") && !isPointless(message.failure_code);
  const [asking, setAsking] = useState(false);
  const unsure = message.delivery_state === "unconfirmed";
  return (
    <div className={styles.trouble}>
      <span className={styles.reason} title={message.failure_detail ?? undefined}>
        {failureText(message, t)}
      </span>
      {mayRetry && (
        <Button
          size="s"
          look="quiet"
          icon={<RotateCw size={14} aria-hidden />}
          isPending={retry.isPending}
          onPress={() => (unsure ? setAsking(true) : retry.mutate())}
        >
          {t("retry.action")}
        </Button>
      )}
      <Confirm
        title={t("retry.title")}
        action={t("retry.confirm")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          retry.mutate();
        }}
      >
        {t("retry.text")}
      </Confirm>
    </div>
  );
}
