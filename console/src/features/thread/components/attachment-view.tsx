import { Download, FileText, Image, type LucideIcon, Mic, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Attachment } from "@/lib/api/types";
import { durationText, sizeText } from "@/lib/size-text";
import styles from "./attachment-view.module.css";

const ICONS: Record<Attachment["kind"], LucideIcon> = { image: Image, video: Video, audio: Mic, file: FileText };

/** The picture, film or sound itself once it was fetched; until then, and for files, what it is. */
export function AttachmentView({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation(["thread", "common"]);
  const { kind, url, file_name: fileName } = attachment;
  const name = fileName || t(`common:messageType.${kind}`);
  if (url && kind === "image")
    return <img className={styles.media} src={url} alt={name} loading="lazy" decoding="async" />;
  if (url && kind === "video")
    return <video className={styles.media} src={url} controls preload="metadata" aria-label={name} />;
  if (url && kind === "audio") return <audio src={url} controls preload="metadata" aria-label={name} />;
  const Icon = ICONS[kind] ?? FileText;
  return (
    <div className={styles.card}>
      <span className={styles.icon}>
        <Icon size={20} aria-hidden />
      </span>
      <span className={styles.text}>
        <span className={styles.name}>{name}</span>
        <span className={styles.facts}>{facts(attachment, t("notFetched"))}</span>
      </span>
      {url && (
        <a href={url} download={fileName} aria-label={t("download", { name })}>
          <Download size={18} aria-hidden />
        </a>
      )}
    </div>
  );
}

function facts({ size_bytes: size, duration_ms: duration, url }: Attachment, notFetched: string): string {
  const known = [duration > 0 && durationText(duration), size > 0 && sizeText(size), !url && notFetched];
  return known.filter(Boolean).join(" · ");
}
