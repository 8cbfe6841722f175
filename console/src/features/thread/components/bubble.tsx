import { Undo2 } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { canQuote } from "@/features/thread/api/can-quote";
import { useTeammateName } from "@/features/team/api/use-team";
import type { Channel, Conversation, Message } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { currentLanguage } from "@/lib/i18n/i18n";
import { clockTime, fullTime } from "@/lib/time/format";
import { DeliveryMark } from "./delivery-mark";
import { DeliveryTrouble } from "./delivery-trouble";
import { AdCard } from "./kinds/ad-card";
import { ContextLines, WrittenOn } from "./kinds/context-lines";
import { MessageActions } from "./message-actions";
import { MessageBody } from "./message-body";
import { Notice } from "./notice";
import { QuoteView } from "./quote-view";
import { Reactions } from "./reactions";
import { UnconfirmedAddress } from "./unconfirmed-address";
import styles from "./bubble.module.css";

/** Who the conversation is with, and where. */
export type OtherSide = { name: string; kind: Conversation["customer"]["kind"]; channel: Channel };
type BubbleProps = { message: Message; other: OtherSide; first: boolean; last: boolean };

export function Bubble({ message, other, first, last }: BubbleProps) {
  if (message.type === "notice") return <Notice message={message} />;
  const { delivery_state: state, details, edited, reactions } = message;
  const troubled = state === "failed" || state === "unconfirmed";
  return (
    <div className={`${styles.message} ${styles[message.direction]}`} data-state={state ?? undefined}>
      {message.direction === "outbound" ? (
        <Author id={message.author_id} shown={first} />
      ) : (
        <span className={first && other.kind !== "person" ? styles.sender : "visually-hidden"}>
          {message.sender_name || other.name}
        </span>
      )}
      {message.address_confirmed === false && <UnconfirmedAddress />}
      {details.ad && <AdCard ad={details.ad} />}
      {message.unsent ? (
        <Unsent name={message.sender_name || other.name} />
      ) : (
        <Content message={message} other={other} last={last} />
      )}
      {reactions?.length > 0 && <Reactions reactions={reactions} name={other.name} />}
      {(last || troubled || edited) && <Foot message={message} />}
      {troubled && <DeliveryTrouble message={message} />}
    </div>
  );
}

function Content({ message, other, last }: { message: Message; other: OtherSide; last: boolean }) {
  const bubble = useRef<HTMLDivElement>(null);
  const { type, quoted } = message;
  return (
    <div className={styles.line}>
      <div
        ref={bubble}
        className={styles.bubble}
        data-last={last || undefined}
        data-bare={(type === "sticker" && !quoted) || undefined}
      >
        <ContextLines message={message} channel={other.channel} />
        {quoted && <QuoteView quoted={quoted} name={other.name} />}
        <MessageBody message={message} />
        {type !== "post" && <WrittenOn details={message.details} />}
      </div>
      <MessageActions message={message} quotable={canQuote(message, other.channel)} bubble={bubble} />
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
