import { useTranslation } from "react-i18next";
import type { ChannelAccount } from "@/lib/api/types";
import { useNow } from "@/lib/hooks/use-now";
import { currentLanguage } from "@/lib/i18n/i18n";
import { shortTime } from "@/lib/time/format";
import styles from "./account-card.module.css";

export function QueueFacts({ queue }: { queue: NonNullable<ChannelAccount["queue"]> }) {
  const { t } = useTranslation(["channels", "common"]);
  const { t: common } = useTranslation("common");
  const now = useNow();
  const time = (instant: string | null): string =>
    instant ? shortTime(instant, currentLanguage(), common, now) : t("queue.never");
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{t("queue.waiting")}</dt>
        <dd>{t("queue.messages", { count: queue.waiting })}</dd>
      </div>
      {queue.oldest_queued_at && (
        <div>
          <dt>{t("queue.oldest")}</dt>
          <dd>{time(queue.oldest_queued_at)}</dd>
        </div>
      )}
      <div>
        <dt>{t("queue.lastSent")}</dt>
        <dd>{time(queue.last_sent_at)}</dd>
      </div>
    </dl>
  );
}
