import { useTranslation } from "react-i18next";
import type { Length } from "@/features/composer/api/limits";
import { useTeammateName } from "@/features/team/api/use-team";
import type { Conversation } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { useMedia } from "@/lib/hooks/use-media";
import styles from "./composer.module.css";

/** Near the limit how much is left; else what an answer does; else which keys do what. */
export function WriterHint({ conversation, length }: { conversation: Conversation; length: Length }) {
  const { t } = useTranslation("composer");
  const { me } = useDesk();
  const hasKeyboard = useMedia("(hover: hover)");
  const assignee = useTeammateName(conversation.assignee_id);
  const others = conversation.assignee_id !== null && conversation.assignee_id !== me;
  const text = length.near
    ? t(length.over ? "tooLong" : "count", { used: length.used, most: length.most, over: length.used - length.most })
    : conversation.status === "open"
      ? t("takesOver")
      : others
        ? t("answersFor", { name: assignee })
        : hasKeyboard
          ? t("keys")
          : "";
  return (
    <span
      id="writer-hint"
      className={`${styles.hint} ${length.over ? styles.over : ""}`}
      role={length.over ? "alert" : undefined}
    >
      {text}
    </span>
  );
}
