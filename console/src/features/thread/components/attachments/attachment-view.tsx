import { useFreshMedia } from "@/features/thread/api/use-fresh-media";
import type { Attachment } from "@/lib/api/types";
import { fileAddress } from "@/lib/web-address";
import { AudioPlayer } from "./audio-player";
import { FileCard } from "./file-card";
import { MissingMedia } from "./missing-media";
import { Picture } from "./picture";
import styles from "./attachment-view.module.css";

type AttachmentViewProps = {
  attachment: Attachment;
  /** What a screen reader calls it. */
  name: string;
};

/** The picture, film or sound itself once it was fetched; until then, and for files, what it is. */
export function AttachmentView({ attachment, name }: AttachmentViewProps) {
  const { kind, state, thumbnail_url: thumbnail } = attachment;
  const url = fileAddress(attachment.url);
  const media = useFreshMedia(attachment.url);
  if (!url || state === "fetching" || state === "failed") return <MissingMedia attachment={attachment} name={name} />;
  if (media.broken) return <MissingMedia attachment={attachment} name={name} onAgain={media.again} />;
  if (kind === "image") return <Picture attachment={attachment} url={url} name={name} onError={media.onError} />;
  if (kind === "video") {
    return (
      <video
        className={styles.video}
        src={url}
        {...(thumbnail && { poster: thumbnail })}
        controls
        playsInline
        preload={thumbnail ? "none" : "metadata"}
        aria-label={name}
        onError={media.onError}
      />
    );
  }
  if (kind === "audio") return <AudioPlayer attachment={attachment} url={url} name={name} onError={media.onError} />;
  return <FileCard attachment={attachment} url={url} name={name} />;
}
