import { useTranslation } from "react-i18next";
import { useThreadTools } from "@/features/thread/api/thread-tools";
import type { Attachment } from "@/lib/api/types";
import styles from "./attachment-view.module.css";

type PictureProps = { attachment: Attachment; url: string; name: string; onError: () => void };

/** Small in the thread, with its place kept while it loads; pressed, it is shown large. */
export function Picture({ attachment, url, name, onError }: PictureProps) {
  const { t } = useTranslation("thread");
  const { showPicture } = useThreadTools();
  const { width, height, thumbnail_url: thumbnail } = attachment;
  return (
    <button
      type="button"
      className={styles.picture}
      aria-label={t("picture.open", { name })}
      onClick={() => showPicture(attachment.id)}
    >
      <img
        className={styles.image}
        src={thumbnail ?? url}
        alt={name}
        {...(width > 0 && height > 0 && { width, height })}
        loading="lazy"
        decoding="async"
        onError={onError}
      />
    </button>
  );
}
