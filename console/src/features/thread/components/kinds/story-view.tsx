import { CircleDashed } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/lib/api/types";
import { RichText } from "../rich-text";
import { ForeignPicture } from "./foreign-picture";
import styles from "./kinds.module.css";

const KINDS = ["mention", "reply", "share"] as const;

/**
 * A story that mentions the shop, one of the shop's that somebody answered, or another that somebody shared. The platform
 * forbids to keep stories: its own address is shown for as long as that works.
 */
export function StoryView({ message: { details, attachments, text } }: { message: Message }) {
  const { t } = useTranslation("thread");
  const kind = KINDS.find((each) => each === details.story?.kind) ?? "mention";
  const url = details.story?.url || attachments.find((each) => each.url)?.url;
  return (
    <div className={styles.stack}>
      <p className={styles.label}>
        <CircleDashed size={15} aria-hidden />
        {t(`story.${kind}`)}
      </p>
      {url ? (
        <ForeignPicture url={url} alt={t("story.picture")} gone={t("story.gone")} tall />
      ) : (
        <p className={styles.gone}>{t("story.gone")}</p>
      )}
      {text && (
        <p>
          <RichText text={text} entities={details.entities} />
        </p>
      )}
    </div>
  );
}
