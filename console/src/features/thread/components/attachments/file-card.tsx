import { Download, FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Attachment } from "@/lib/api/types";
import { sizeText } from "@/lib/size-text";
import styles from "./attachment-view.module.css";

type FileCardProps = { attachment: Attachment; url: string; name: string };

/** "PDF" from "offer.final.pdf"; "" where the name has no ending. */
const ending = (fileName: string): string => /\.([a-z0-9]{1,6})$/i.exec(fileName)?.[1]?.toUpperCase() ?? "";

export function FileCard({ attachment, url, name }: FileCardProps) {
  const { t } = useTranslation("thread");
  const { file_name: fileName, size_bytes: size } = attachment;
  const facts = [ending(fileName), size > 0 && sizeText(size)].filter(Boolean).join(" · ");
  return (
    <a className={styles.card} href={url} download={fileName || true}>
      <span className={styles.icon}>
        <FileText size={20} aria-hidden />
      </span>
      <span className={styles.text}>
        <span className={styles.name}>{fileName || name}</span>
        <span className={styles.facts}>{facts}</span>
      </span>
      <Download size={18} aria-hidden />
      <span className="visually-hidden">{t("download", { name: fileName || name })}</span>
    </a>
  );
}
