import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { PlacedRow } from "@/features/thread/api/layout";
import type { Message } from "@/lib/api/types";
import { useNow } from "@/lib/hooks/use-now";
import { currentLanguage } from "@/lib/i18n/i18n";
import type { OutboxItem } from "@/lib/outbox/item";
import { dayName } from "@/lib/time/format";
import { Bubble, type OtherSide } from "./bubble";
import { OutboxBubble } from "./outbox-bubble";
import styles from "./placed-message.module.css";

type PlacedMessageProps = Omit<PlacedRow, "row"> & {
  name: string;
  message: Message | undefined;
  item: OutboxItem | undefined;
  other: OtherSide;
};

/** A message or one on its way, and the lines that stand before it. Drawn anew only when something of it changed. */
export const PlacedMessage = memo(function PlacedMessage(props: PlacedMessageProps) {
  const { t } = useTranslation("thread");
  const { name, message, item, other, day, unread, first, last } = props;
  return (
    <li className={styles.item} data-row={name} data-first={first || undefined}>
      {day && <DayLine instant={day} />}
      {unread && (
        <div className={`${styles.line} ${styles.unread}`} role="separator">
          <span>{t("unreadLine")}</span>
        </div>
      )}
      {message && <Bubble message={message} other={other} first={first} last={last} />}
      {item && <OutboxBubble item={item} />}
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
