import { Newspaper } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/lib/api/types";
import { webAddress } from "@/lib/web-address";
import { AttachmentView } from "../attachments/attachment-view";
import { RichText } from "../rich-text";
import card from "../attachments/attachment-view.module.css";
import styles from "./kinds.module.css";

/** Somebody's post, reel or link that was shared. */
export function PostView({ message: { details, attachments, text } }: { message: Message }) {
  const { t } = useTranslation("common");
  const { page_url: page, page_title: title } = details;
  const url = webAddress(page);
  const name = title || t("messageType.post");
  return (
    <div className={styles.stack}>
      {!url && attachments.length > 0 && (
        <p className={styles.label}>
          <Newspaper size={15} aria-hidden />
          {name}
        </p>
      )}
      {attachments.map((attachment) => (
        <AttachmentView key={attachment.id} attachment={attachment} name={t(`messageType.${attachment.kind}`)} />
      ))}
      {(url || attachments.length === 0) && (
        <div className={card.card}>
          <span className={card.icon}>
            <Newspaper size={20} aria-hidden />
          </span>
          <span className={card.text}>
            {url ? (
              <a className={card.name} href={url} target="_blank" rel="noopener noreferrer">
                {name}
              </a>
            ) : (
              <span className={card.name}>{name}</span>
            )}
            {url && <span className={card.facts}>{new URL(url).hostname}</span>}
          </span>
        </div>
      )}
      {text && text !== title && (
        <p>
          <RichText text={text} entities={details.entities} />
        </p>
      )}
    </div>
  );
}
