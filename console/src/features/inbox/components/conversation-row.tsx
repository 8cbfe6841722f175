import { CircleAlert, Reply } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { Avatar } from "@/components/avatar/avatar";
import { ChannelIcon } from "@/components/channel/channel-icon";
import { Chip } from "@/components/chip/chip";
import { useAccountName } from "@/features/channels/api/use-accounts";
import { AssigneeMark } from "@/features/team/components/assignee-mark";
import type { Conversation, Status } from "@/lib/api/types";
import { countText } from "@/lib/count-text";
import { useNow } from "@/lib/hooks/use-now";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime, shortTime } from "@/lib/time/format";
import { useCustomerName } from "@/components/customer/use-customer-name";
import styles from "./conversation-row.module.css";

type ConversationRowProps = { row: Conversation; isSelected: boolean; listedStatus: Status };

export const ConversationRow = memo(function ConversationRow({ row, isSelected, listedStatus }: ConversationRowProps) {
  const { t } = useTranslation(["inbox", "common"]);
  const { search } = useLocation();
  const name = useCustomerName(row.customer);
  const { customer, unread_count: unread } = row;
  return (
    <Link
      to={{ pathname: `/inbox/${row.id}`, search }}
      className={styles.row}
      data-conversation={row.id}
      data-unread={unread > 0 || undefined}
      aria-current={isSelected ? "true" : undefined}
    >
      <span className={styles.face}>
        <Avatar id={customer.id} name={customer.name} picture={customer.picture_url} kind={customer.kind} size={46} />
        <AccountSign row={row} />
      </span>
      <span className={styles.text}>
        <span className={styles.line}>
          <span className={styles.name}>{name}</span>
          {row.status !== listedStatus && (
            <Chip tone={row.status === "processing" ? "pine" : "neutral"}>{t(`status.${row.status}`)}</Chip>
          )}
          {row.ad && <Chip tone="brass">{t("ad.badge")}</Chip>}
          <RowTime instant={row.sort_at} />
        </span>
        <span className={styles.line}>
          <Preview row={row} />
          {unread > 0 && (
            <span className={styles.badge}>
              <span aria-hidden="true">{countText(unread)}</span>
              <span className="visually-hidden">{t("unreadMessages", { count: unread })}</span>
            </span>
          )}
          {row.assignee_id && <AssigneeMark id={row.assignee_id} />}
        </span>
      </span>
    </Link>
  );
});

/** Rule 18: whose messages these are: the account's sign, and its name for whoever points at it. */
function AccountSign({ row }: { row: Conversation }) {
  const account = useAccountName(row.account_id);
  return (
    <span className={styles.channel} title={account}>
      <ChannelIcon channel={row.channel} size={18} />
      <span className="visually-hidden">{account}</span>
    </span>
  );
}

function RowTime({ instant }: { instant: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const language = currentLanguage();
  return (
    <time className={styles.time} dateTime={instant} title={fullTime(instant, language)}>
      {shortTime(instant, language, t, now)}
    </time>
  );
}

function Preview({ row: { last_message: last } }: { row: Conversation }) {
  const { t } = useTranslation(["inbox", "common"]);
  if (!last) return <span className={styles.preview}>{t("noMessages")}</span>;
  const failed = last.delivery_state === "failed" || last.delivery_state === "unconfirmed" ? last.delivery_state : null;
  return (
    <span className={styles.preview}>
      {failed && (
        <span className={styles.failed}>
          <CircleAlert size={14} role="img" aria-label={t(`delivery.${failed}`)} />
        </span>
      )}
      {last.direction === "outbound" && !failed && (
        <Reply size={14} role="img" aria-label={t("weWrote")} className={styles.reply} />
      )}
      {last.preview || t("kindOnly", { kind: t(`common:messageType.${last.type}`) })}
    </span>
  );
}
