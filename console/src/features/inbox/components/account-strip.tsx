import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { ChannelIcon } from "@/components/channel/channel-icon";
import { Hint } from "@/components/hint/hint";
import { useAccounts } from "@/features/channels/api/use-accounts";
import { accountMarks } from "@/features/inbox/api/account-marks";
import type { ChannelAccount } from "@/lib/api/types";
import type { InboxFilter } from "@/lib/live/conversations";
import styles from "./account-strip.module.css";

type AccountStripProps = { filter: InboxFilter; onChange: (change: Partial<InboxFilter>) => void };

const ALL = "all";

/** Rule 18: every account's icon switches to its messages alone, marked where its channel has several. Nothing where
 * there is only one; what the list is narrowed to is shown whatever it is, so that everybody finds the way back. */
export function AccountStrip({ filter, onChange }: AccountStripProps) {
  const { t } = useTranslation("inbox");
  const { data = [] } = useAccounts();
  const chosen = filter.accountId;
  const accounts = data.filter(
    (one) => one.id === chosen || (isOfTab(one, filter.tab) && one.state !== "disconnected"),
  );
  if (accounts.length < 2 && !chosen) return null;
  const marks = accountMarks(accounts);
  return (
    <ToggleButtonGroup
      aria-label={t("account.label")}
      className={styles.strip}
      disallowEmptySelection
      selectedKeys={[chosen || ALL]}
      onSelectionChange={(keys) => {
        const [key] = [...keys];
        onChange({ accountId: key === ALL ? "" : String(key), channel: "" });
      }}
    >
      <ToggleButton id={ALL} className={styles.all}>
        {t("account.all")}
      </ToggleButton>
      {accounts.map((account) => (
        <AccountIcon key={account.id} account={account} mark={marks.get(account.id)} />
      ))}
    </ToggleButtonGroup>
  );
}

type AccountIconProps = { account: ChannelAccount; mark: string | undefined };

function AccountIcon({ account, mark }: AccountIconProps) {
  const { t } = useTranslation(["inbox", "common"]);
  const name = t("account.named", { channel: t(`common:channel.${account.channel}`), name: account.name });
  return (
    <Hint text={name} placement="bottom">
      <ToggleButton id={account.id} className={styles.account} aria-label={name}>
        <ChannelIcon channel={account.channel} size={22} named={false} />
        {mark && <span className={styles.mark}>{mark}</span>}
      </ToggleButton>
    </Hint>
  );
}

const isOfTab = ({ channel }: ChannelAccount, tab: InboxFilter["tab"]): boolean =>
  (channel === "order") === (tab === "order");
