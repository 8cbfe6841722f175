import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { PlacedRow } from "@/features/thread/api/layout";
import type { Conversation } from "@/lib/api/types";
import { useNow } from "@/lib/hooks/use-now";
import { currentLanguage } from "@/lib/i18n/i18n";
import { dayName } from "@/lib/time/format";
import { Bubble } from "./bubble";
import { OutboxBubble } from "./outbox-bubble";
import styles from "./placed-message.module.css";

type PlacedMessageProps = { placed: PlacedRow; conversation: Conversation };

/** A message, and the lines that stand before it. */
export const PlacedMessage = memo(function PlacedMessage({ placed, conversation }: PlacedMessageProps) {
  const { t } = useTranslation("thread");
  const { row, day, unread, first, last } = placed;
  return (
    <li className={styles.item} data-row={row.key} data-first={first || undefined}>
      {day && <DayLine instant={day} />}
      {unread && (
        <div className={`${styles.line} ${styles.unread}`} role="separator">
          <span>{t("unreadLine")}</span>
        </div>
      )}
      {"message" in row ? (
        <Bubble message={row.message} conversation={conversation} first={first} last={last} />
      ) : (
        <OutboxBubble item={row.item} />
      )}
    </li>
  );
});

function DayLine({ instant }: { instant: string }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <div className={styles.line} role="separator">
      <span>{dayName(instant, currentLanguage(), t, now)}</span>
    </div>
  );
}
