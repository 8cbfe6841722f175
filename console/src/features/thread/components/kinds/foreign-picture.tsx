import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { webAddress } from "@/lib/web-address";
import styles from "./kinds.module.css";

type ForeignPictureProps = { url: string; alt: string; /** Said when it is no more. */ gone: string; tall?: boolean };

/** A picture that only its platform has: shown from there, with the way to it, until it is gone. */
export function ForeignPicture({ url, alt, gone, tall = false }: ForeignPictureProps) {
  const { t } = useTranslation("thread");
  const [broken, setBroken] = useState(false);
  const address = webAddress(url);
  if (!address) return <p className={styles.gone}>{gone}</p>;
  return (
    <figure className={styles.foreign}>
      {!broken && (
        <img
          className={tall ? styles.tall : styles.wide}
          src={address}
          alt={alt}
          loading="lazy"
          referrerPolicy="no-referrer"
          onError={() => setBroken(true)}
        />
      )}
      <a className={styles.way} href={address} target="_blank" rel="noopener noreferrer">
        <ExternalLink size={13} aria-hidden />
        {t("openOriginal")}
      </a>
    </figure>
  );
}
