import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ChannelIcon } from "@/components/channel/channel-icon";
import { Chip } from "@/components/chip/chip";
import { Note } from "@/components/feedback/note";
import { Card } from "@/components/page/card";
import { warningsOf } from "@/features/channels/api/health";
import type { AccountState, ChannelAccount } from "@/lib/api/types";
import { AccountActions } from "./account-actions";
import { HealthFacts } from "./health-facts";
import { TakeAlong } from "./take-along";
import { WebhookProblem } from "./webhook-problem";
import { stateReason } from "./state-reason";
import styles from "./account-card.module.css";

const TONES: Record<AccountState, "pine" | "coral" | "neutral"> = {
  active: "pine",
  reconnect: "coral",
  disconnected: "neutral",
};

export function AccountCard({ account }: { account: ChannelAccount }) {
  const { t } = useTranslation(["channels", "common"]);
  const { channel, name, state, state_reason: reason } = account;
  const connected = state !== "disconnected";
  return (
    <Card>
      <div className={styles.head}>
        <ChannelIcon channel={channel} size={36} named={false} />
        <div className={styles.titles}>
          <h2 className={styles.name}>{name}</h2>
          <p className={styles.kind}>
            {[t(`common:channel.${channel}`), account.provider_id !== account.id && account.provider_id]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        <Chip tone={TONES[state]}>{t(`state.${state}`)}</Chip>
      </div>
      {state === "reconnect" && (
        <Note tone="bad" role="status">
          {stateReason(reason, t)}
        </Note>
      )}
      {warningsOf(account).map((warning) => (
        <Note key={warning} tone="warning" icon={<TriangleAlert size={17} aria-hidden />}>
          {t(`warning.${warning}`)}
        </Note>
      ))}
      {connected && account.health?.webhook_problem && <WebhookProblem account={account} />}
      {!connected && <p className={styles.kind}>{t("history")}</p>}
      {connected && <HealthFacts account={account} />}
      {connected && <TakeAlong account={account} />}
      <AccountActions account={account} />
    </Card>
  );
}
