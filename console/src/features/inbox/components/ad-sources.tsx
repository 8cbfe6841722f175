import { Check, ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ChannelIcon } from "@/components/channel/channel-icon";
import { Failure } from "@/components/feedback/failure";
import { Skeleton } from "@/components/feedback/skeleton";
import { useAdSources } from "@/features/inbox/api/use-ad-sources";
import type { AdSource } from "@/lib/api/types";
import { useNow } from "@/lib/hooks/use-now";
import { currentLanguage } from "@/lib/i18n/i18n";
import type { InboxFilter } from "@/lib/live/conversations";
import { shortTime } from "@/lib/time/format";
import { webAddress } from "@/lib/web-address";
import styles from "./ad-filter.module.css";

type Choice = Pick<InboxFilter, "fromAd" | "adId">;
type AdSourcesProps = { filter: InboxFilter; onChoose: (choice: Choice) => void };

/** Everybody, everybody from an ad, or one of the newest ads; each with the way to the ad itself. */
export function AdSources({ filter, onChoose }: AdSourcesProps) {
  const { t } = useTranslation("inbox");
  const { data, error, refetch } = useAdSources(true);
  const isChosen = (choice: Choice): boolean => choice.fromAd === filter.fromAd && choice.adId === filter.adId;
  const fixed = [
    { name: t("ad.everybody"), choice: { fromAd: false, adId: "" } },
    { name: t("ad.all"), choice: { fromAd: true, adId: "" } },
  ];
  return (
    <>
      <ul className={styles.list}>
        {fixed.map(({ name, choice }) => (
          <li key={name} className={styles.item}>
            <button
              type="button"
              className={styles.choice}
              aria-pressed={isChosen(choice)}
              onClick={() => onChoose(choice)}
            >
              <span className={styles.name}>{name}</span>
              {isChosen(choice) && <Check size={16} aria-hidden />}
            </button>
          </li>
        ))}
      </ul>
      <p className={styles.heading}>{t("ad.newest")}</p>
      {!data && (error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height="3rem" />)}
      {data?.sources.length === 0 && <p className={styles.none}>{t("ad.none")}</p>}
      <ul className={styles.list} aria-label={t("ad.newest")}>
        {data?.sources.map((source) => (
          <Source
            key={source.ad_id}
            source={source}
            isChosen={isChosen({ fromAd: true, adId: source.ad_id })}
            onChoose={() => onChoose({ fromAd: true, adId: source.ad_id })}
          />
        ))}
      </ul>
    </>
  );
}

function Source({ source, isChosen, onChoose }: { source: AdSource; isChosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation(["inbox", "common"]);
  const { t: common } = useTranslation("common");
  const now = useNow();
  const { ad_id: id, title, channel, seen_at: seenAt } = source;
  const url = webAddress(source.url);
  const name = title || t("ad.unnamed", { id });
  return (
    <li className={styles.item}>
      <button type="button" className={styles.choice} aria-pressed={isChosen} onClick={onChoose}>
        {channel && <ChannelIcon channel={channel} size={16} />}
        <span className={styles.name}>
          {name}
          {seenAt && <span className={styles.time}>{shortTime(seenAt, currentLanguage(), common, now)}</span>}
        </span>
        {isChosen && <Check size={16} aria-hidden />}
      </button>
      {url && (
        <a
          className={styles.link}
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t("ad.open", { name })}
          title={t("ad.open", { name })}
        >
          <ExternalLink size={16} aria-hidden />
        </a>
      )}
    </li>
  );
}
