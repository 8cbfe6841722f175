import { ArrowLeft, History } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { Avatar } from "@/components/avatar/avatar";
import { IconButton } from "@/components/button/icon-button";
import { ChannelIcon } from "@/components/channel/channel-icon";
import { Chip } from "@/components/chip/chip";
import { useAccountName } from "@/features/channels/api/use-accounts";
import { TakeOverButton } from "@/features/composer/components/take-over-button";
import { useCustomerName } from "@/components/customer/use-customer-name";
import { ofAccount, useInboxFilter, writeFilter } from "@/features/inbox/api/filter";
import { useTeammateName } from "@/features/team/api/use-team";
import type { Conversation, Status } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { useIsPhone } from "@/lib/hooks/use-media";
import { UnconfirmedAddress } from "./unconfirmed-address";
import styles from "./thread-header.module.css";

const TONES: Record<Status, "brass" | "pine" | "neutral"> = { open: "brass", processing: "pine", closed: "neutral" };

type ThreadHeaderProps = { conversation: Conversation; onHistory: () => void };

export function ThreadHeader({ conversation, onHistory }: ThreadHeaderProps) {
  const { t } = useTranslation(["thread", "common", "inbox"]);
  const isPhone = useIsPhone();
  const navigate = useNavigate();
  const { search } = useLocation();
  const name = useCustomerName(conversation.customer);
  const { customer, status } = conversation;
  return (
    <header className={styles.header}>
      {isPhone && (
        <IconButton label={t("common:action.back")} onPress={() => void navigate({ pathname: "/inbox", search })}>
          <ArrowLeft size={22} aria-hidden />
        </IconButton>
      )}
      <Avatar id={customer.id} name={customer.name} picture={customer.picture_url} kind={customer.kind} size={40} />
      <div className={styles.titles}>
        <div className={styles.line}>
          <h2 className={styles.name}>{name}</h2>
          <Chip tone={TONES[status]}>{t(`inbox:status.${status}`)}</Chip>
        </div>
        <Origin conversation={conversation} />
      </div>
      <TakeOverButton conversation={conversation} />
      <IconButton label={t("history.title")} onPress={onHistory}>
        <History size={19} aria-hidden />
      </IconButton>
    </header>
  );
}

function Origin({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("thread");
  const isPhone = useIsPhone();
  const { me } = useDesk();
  const { assignee_id: id } = conversation;
  const assignee = useTeammateName(id);
  const handler = id === me ? t("handledByYou") : id ? t("handledBy", { name: assignee }) : t("unassigned");
  return (
    <p className={styles.origin}>
      <ChannelIcon channel={conversation.channel} size={14} />
      <AccountLink conversation={conversation} />
      <span className={styles.assignee}>{handler}</span>
      {conversation.address_confirmed === false && <UnconfirmedAddress short={isPhone} />}
    </p>
  );
}

/** Rule 18: narrows the list beside it; a phone, which has none beside it, does not show it. */
function AccountLink({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("inbox");
  const [filter] = useInboxFilter();
  const name = useAccountName(conversation.account_id);
  if (!name) return null;
  const search = new URLSearchParams(writeFilter(ofAccount(filter, conversation))).toString();
  return (
    <Link className={styles.account} to={{ search }} title={t("account.only")}>
      {name}
    </Link>
  );
}
