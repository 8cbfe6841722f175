import { Reply, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { useDesk } from "@/lib/desk/context";
import type { Message } from "@/lib/api/types";
import styles from "./extras.module.css";

type QuoteBarProps = { message: Message; conversationId: string; name: string };

/** The message that the answer will quote. */
export function QuoteBar({ message, conversationId, name }: QuoteBarProps) {
  const { t } = useTranslation(["composer", "common", "thread"]);
  const { compose } = useDesk();
  const who = message.direction === "outbound" ? t("thread:us") : message.sender_name || name;
  return (
    <div className={styles.quote} role="group" aria-label={t("quote.label")}>
      <Reply size={16} aria-hidden />
      <p className={styles.quoted}>
        <span className={styles.who}>{t("quote.to", { name: who })}</span>
        <span className={styles.words}>{message.text || t(`common:messageType.${message.type}`)}</span>
      </p>
      <IconButton hint={false} label={t("quote.cancel")} onPress={() => compose.quote(conversationId, null)}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
