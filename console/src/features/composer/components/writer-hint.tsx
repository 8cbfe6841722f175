import { useTranslation } from "react-i18next";
import type { Length } from "@/features/composer/api/limits";
import { useTeammateName } from "@/features/team/api/use-team";
import type { Conversation } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { useMedia } from "@/lib/hooks/use-media";
import styles from "./composer.module.css";

type WriterHintProps = { conversation: Conversation; length: Length; uploading: boolean };

/** Near the limit how much is left, in the channel's unit; else what an answer waits for or does; else which keys. */
export function WriterHint({ conversation, length, uploading }: WriterHintProps) {
  const { t } = useTranslation("composer");
  const { me } = useDesk();
  const hasKeyboard = useMedia("(hover: hover)");
  const { status, assignee_id: assigneeId } = conversation;
  const assignee = useTeammateName(assigneeId);
  const hint = (): string => {
    if (length.near) return lengthText();
    if (uploading) return t("files.wait");
    if (status === "open") return t("takesOver");
    if (assigneeId !== null && assigneeId !== me) return t("answersFor", { name: assignee });
    return hasKeyboard ? t("keys") : "";
  };
  const lengthText = (): string => {
    const bytes = length.unit === "utf8";
    if (length.over) return t(bytes ? "tooManyBytes" : "tooLong", { over: length.used - length.most });
    return t(bytes ? "countBytes" : "count", { used: length.used, most: length.most });
  };
  return (
    <span
      id="writer-hint"
      className={`${styles.hint} ${length.over ? styles.over : ""}`}
      role={length.over ? "alert" : undefined}
    >
      {hint()}
    </span>
  );
}
