import { Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCustomerName } from "@/components/customer/use-customer-name";
import { useTeammateName } from "@/features/team/api/use-team";
import type { Conversation, Message } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { currentLanguage } from "@/lib/i18n/i18n";
import { clockTime, fullTime } from "@/lib/time/format";
import { DeliveryMark } from "./delivery-mark";
import { DeliveryTrouble } from "./delivery-trouble";
import { MessageBody } from "./message-body";
import { Notice } from "./notice";
import styles from "./bubble.module.css";

type BubbleProps = { message: Message; conversation: Conversation; first: boolean; last: boolean };

export function Bubble({ message, conversation, first, last }: BubbleProps) {
  if (message.type === "notice") return <Notice message={message} />;
  const troubled = message.delivery_state === "failed" || message.delivery_state === "unconfirmed";
  return (
    <div className={`${styles.message} ${styles[message.direction]}`} data-state={message.delivery_state ?? undefined}>
      <Sender message={message} conversation={conversation} shown={first} />
      {message.unsent ? (
        <Unsent message={message} conversation={conversation} />
      ) : (
        <div
          className={styles.bubble}
          data-last={last || undefined}
          data-bare={message.type === "sticker" || undefined}
        >
          <MessageBody message={message} />
        </div>
      )}
      {(last || troubled || message.edited) && <Foot message={message} />}
      {troubled && <DeliveryTrouble message={message} />}
    </div>
  );
}

/** Spoken for every message; shown where somebody begins to write and it is not plain who. */
function Sender({ message, conversation, shown }: { message: Message; conversation: Conversation; shown: boolean }) {
  const { me } = useDesk();
  const customer = useCustomerName(conversation.customer);
  const author = useTeammateName(message.author_id);
  const outbound = message.direction === "outbound";
  const name = outbound ? author : message.sender_name || customer;
  const plain = outbound ? message.author_id === me : conversation.customer.kind === "person";
  return <span className={shown && !plain ? styles.sender : "visually-hidden"}>{name}</span>;
}

function Unsent({ message, conversation }: { message: Message; conversation: Conversation }) {
  const { t } = useTranslation("thread");
  const customer = useCustomerName(conversation.customer);
  return (
    <div className={styles.unsent}>
      <Undo2 size={14} aria-hidden />
      {t("unsent", { name: message.sender_name || customer })}
    </div>
  );
}

function Foot({ message }: { message: Message }) {
  const { t } = useTranslation("thread");
  const language = currentLanguage();
  return (
    <div className={styles.foot}>
      {message.edited && !message.unsent && <span>{t("edited")}</span>}
      <time dateTime={message.sent_at} title={fullTime(message.sent_at, language)}>
        {clockTime(message.sent_at, language)}
      </time>
      {message.delivery_state && <DeliveryMark state={message.delivery_state} />}
    </div>
  );
}
