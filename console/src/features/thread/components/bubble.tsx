import { Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
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

/** Who the conversation is with. */
export type OtherSide = { name: string; kind: Conversation["customer"]["kind"] };
type BubbleProps = { message: Message; other: OtherSide; first: boolean; last: boolean };

export function Bubble({ message, other, first, last }: BubbleProps) {
  if (message.type === "notice") return <Notice message={message} />;
  const troubled = message.delivery_state === "failed" || message.delivery_state === "unconfirmed";
  return (
    <div className={`${styles.message} ${styles[message.direction]}`} data-state={message.delivery_state ?? undefined}>
      {message.direction === "outbound" ? (
        <Author id={message.author_id} shown={first} />
      ) : (
        <span className={first && other.kind !== "person" ? styles.sender : "visually-hidden"}>
          {message.sender_name || other.name}
        </span>
      )}
      {message.unsent ? (
        <Unsent name={message.sender_name || other.name} />
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

/** Spoken for every message; shown where somebody else of the team begins to write. */
function Author({ id, shown }: { id: string | null; shown: boolean }) {
  const { me } = useDesk();
  return <span className={shown && id !== me ? styles.sender : "visually-hidden"}>{useTeammateName(id)}</span>;
}

function Unsent({ name }: { name: string }) {
  const { t } = useTranslation("thread");
  return (
    <div className={styles.unsent}>
      <Undo2 size={14} aria-hidden />
      {t("unsent", { name })}
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
