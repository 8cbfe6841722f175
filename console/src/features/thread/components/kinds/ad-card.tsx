import { ExternalLink, Megaphone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageDetails } from "@/lib/api/types";
import { webAddress } from "@/lib/web-address";
import styles from "./kinds.module.css";

/** Rule 12: which ad brought the customer here, and the way to it. */
export function AdCard({ ad }: { ad: NonNullable<MessageDetails["ad"]> }) {
  const { t } = useTranslation("thread");
  const [broken, setBroken] = useState(false);
  const { title, body, ad_id: id } = ad;
  const url = webAddress(ad.url);
  const picture = webAddress(ad.picture_url);
  return (
    <aside className={styles.ad} aria-label={t("ad.label")}>
      {picture && !broken && (
        <img className={styles.adPicture} src={picture} alt="" loading="lazy" onError={() => setBroken(true)} />
      )}
      <div className={styles.adText}>
        <p className={styles.label}>
          <Megaphone size={14} aria-hidden />
          {t("ad.label")}
        </p>
        <p className={styles.adTitle}>{title || t("ad.unnamed", { id: id || "–" })}</p>
        {body && <p className={styles.adBody}>{body}</p>}
        {url && (
          <a className={styles.way} href={url} target="_blank" rel="noopener noreferrer">
            <ExternalLink size={13} aria-hidden />
            {t("ad.open")}
          </a>
        )}
      </div>
    </aside>
  );
}
