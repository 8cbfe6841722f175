import { CloudDownload, CloudOff, type LucideIcon, RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Spinner } from "@/components/feedback/spinner";
import type { Attachment } from "@/lib/api/types";
import { i18n } from "@/lib/i18n/i18n";
import { durationText, sizeText } from "@/lib/size-text";
import styles from "./attachment-view.module.css";

type MissingMediaProps = {
  attachment: Attachment;
  name: string;
  /** Given when the address failed and another may work. */
  onAgain?: () => void;
};

/** What stands in a file's place: it is being fetched, could not be, must not be kept, or does not load. */
export function MissingMedia({ attachment, name, onAgain }: MissingMediaProps) {
  const { t } = useTranslation(["thread", "common"]);
  const { file_name: fileName, size_bytes: size, duration_ms: duration, state } = attachment;
  const fetching = state === "fetching";
  const Icon: LucideIcon = state === "failed" || onAgain ? CloudOff : CloudDownload;
  const facts = [duration > 0 && durationText(duration), size > 0 && sizeText(size), reason(attachment, onAgain)];
  return (
    <div className={styles.card} data-trouble={state === "failed" || undefined}>
      <span className={styles.icon}>{fetching ? <Spinner /> : <Icon size={20} aria-hidden />}</span>
      <span className={styles.text}>
        <span className={styles.name}>{fileName || name}</span>
        <span className={styles.facts}>{facts.filter(Boolean).join(" · ")}</span>
      </span>
      {onAgain && (
        <Button size="s" look="quiet" icon={<RotateCw size={14} aria-hidden />} onPress={onAgain}>
          {t("common:action.retry")}
        </Button>
      )}
    </div>
  );
}

function reason({ state, failure_code: code }: Attachment, onAgain: (() => void) | undefined): string {
  if (onAgain) return i18n.t("thread:media.broken");
  if (state === "failed") {
    const key = `thread:media.failed.${code}`;
    return i18n.t((code && i18n.exists(key) ? key : "thread:media.failed.other") as "thread:media.failed.other");
  }
  return i18n.t(state === "not_kept" ? "thread:media.notKept" : "thread:media.fetching");
}
