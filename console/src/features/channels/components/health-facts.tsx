import { useTranslation } from "react-i18next";
import type { ChannelAccount } from "@/lib/api/types";
import { useNow } from "@/lib/hooks/use-now";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime, shortTime } from "@/lib/time/format";
import styles from "./account-card.module.css";

/** How the account is doing: what came, what went, what waits, and what is left of its quota. */
export function HealthFacts({ account: { health, queue } }: { account: ChannelAccount }) {
  const { t } = useTranslation("channels");
  const lastSent = health?.last_sent_at ?? queue?.last_sent_at ?? null;
  return (
    <dl className={styles.facts}>
      {health && <Fact name={t("health.lastEvent")} instant={health.last_event_at} none={t("health.noEvent")} />}
      <Fact name={t("queue.lastSent")} instant={lastSent} none={t("queue.never")} />
      {queue && (
        <div>
          <dt>{t("queue.waiting")}</dt>
          <dd>{t("queue.messages", { count: queue.waiting })}</dd>
        </div>
      )}
      {queue?.oldest_queued_at && <Fact name={t("queue.oldest")} instant={queue.oldest_queued_at} none="" />}
      {health?.quota && <Quota quota={health.quota} />}
    </dl>
  );
}

function Fact({ name, instant, none }: { name: string; instant: string | null; none: string }) {
  const { t } = useTranslation("common");
  const now = useNow();
  const language = currentLanguage();
  return (
    <div>
      <dt>{name}</dt>
      <dd {...(instant && { title: fullTime(instant, language) })}>
        {instant ? shortTime(instant, language, t, now) : none}
      </dd>
    </div>
  );
}

function Quota({ quota: { limit, used } }: { quota: { limit: number; used: number } }) {
  const { t } = useTranslation("channels");
  const number = new Intl.NumberFormat(currentLanguage());
  const values = { used: number.format(used), limit: number.format(limit) };
  return (
    <div>
      <dt>{t("health.quota")}</dt>
      <dd>
        {limit > 0 ? t("health.quotaUsed", values) : t("health.quotaUnlimited", values)}
        {limit > 0 && (
          <meter
            className={styles.meter}
            min={0}
            max={limit}
            high={limit * 0.9}
            value={used}
            aria-label={t("health.quota")}
          />
        )}
      </dd>
    </div>
  );
}
