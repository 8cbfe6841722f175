import { useTranslation } from "react-i18next";
import { noticeText } from "@/features/thread/api/notice-text";
import type { Message } from "@/lib/api/types";
import { currentLanguage } from "@/lib/i18n/i18n";
import { clockTime } from "@/lib/time/format";
import styles from "./notice.module.css";

/** Something that happened, said by nobody. */
export function Notice({ message }: { message: Message }) {
  const { t } = useTranslation("thread");
  return (
    <p className={styles.notice}>
      {message.text || noticeText(String(message.details["kind"] ?? ""), t)}
      <time dateTime={message.sent_at}>{clockTime(message.sent_at, currentLanguage())}</time>
    </p>
  );
}
