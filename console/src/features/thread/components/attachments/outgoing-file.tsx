import { FileText, Mic, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { OutgoingFile } from "@/lib/outbox/item";
import { durationText, sizeText } from "@/lib/size-text";
import styles from "./attachment-view.module.css";

const ICONS = { image: FileText, video: Video, audio: Mic, file: FileText };

/** A file whose message the server does not have yet. */
export function OutgoingFileView({ file }: { file: OutgoingFile }) {
  const { t } = useTranslation("common");
  const { kind, fileName, sizeBytes, durationMs, thumbnailUrl, url } = file;
  const picture = kind === "image" ? (thumbnailUrl ?? url) : null;
  if (picture) return <img className={`${styles.image} ${styles.waiting}`} src={picture} alt={fileName} />;
  const Icon = ICONS[kind];
  return (
    <div className={styles.card}>
      <span className={styles.icon}>
        <Icon size={20} aria-hidden />
      </span>
      <span className={styles.text}>
        <span className={styles.name}>{file.voice ? t("messageType.voice") : fileName}</span>
        <span className={styles.facts}>{durationMs > 0 ? durationText(durationMs) : sizeText(sizeBytes)}</span>
      </span>
    </div>
  );
}
