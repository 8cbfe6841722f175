import { Forward, Mail, Package, ShoppingBag, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Channel, Message } from "@/lib/api/types";
import { webAddress } from "@/lib/web-address";
import styles from "./kinds.module.css";

/** What stands above the words of a message: where they come from and what they are about. */
export function ContextLines({ message, channel }: { message: Message; channel: Channel }) {
  const { t } = useTranslation("thread");
  const { type, origin, details } = message;
  const { forwarded, subject, product_id: product } = details;
  return (
    <>
      {(origin === "native_app" || origin === "other_app") && (
        <p className={styles.label}>
          <Smartphone size={14} aria-hidden />
          {origin === "native_app" ? t(`origin.${channel}`) : t("origin.otherApp")}
        </p>
      )}
      {forwarded && (
        <p className={styles.label}>
          <Forward size={14} aria-hidden />
          {t("forwarded")}
        </p>
      )}
      {subject && (
        <p className={styles.subject}>
          {channel === "order" ? <ShoppingBag size={15} aria-hidden /> : <Mail size={15} aria-hidden />}
          {channel === "order" ? t("order.named", { number: subject }) : subject}
        </p>
      )}
      {product && type !== "order" && (
        <p className={styles.label}>
          <Package size={14} aria-hidden />
          {t("aboutProduct", { product })}
        </p>
      )}
    </>
  );
}

/** The page a message was written on, as the shop's own site tells. */
export function WrittenOn({ details: { page_url: page, page_title: title } }: { details: Message["details"] }) {
  const { t } = useTranslation("thread");
  const url = webAddress(page);
  if (!url) return null;
  return (
    <p className={styles.page}>
      {t("writtenOn")}
      <a href={url} target="_blank" rel="noopener noreferrer">
        {title || url}
      </a>
    </p>
  );
}
