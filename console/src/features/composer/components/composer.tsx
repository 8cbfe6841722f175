import { useTranslation } from "react-i18next";
import { mayAnswer } from "@/features/composer/api/may-answer";
import type { Conversation } from "@/lib/api/types";
import { useDesk, useSession } from "@/lib/desk/context";
import { CannotAnswer } from "./cannot-answer";
import { Writer } from "./writer";
import styles from "./composer.module.css";

type ComposerProps = {
  conversation: Conversation;
  /** The thread's newest arrival that the writer saw. */ afterSequence: number;
};

export function Composer({ conversation, afterSequence }: ComposerProps) {
  const { t } = useTranslation("composer");
  const { me } = useDesk();
  const { permissions } = useSession();
  const answering = mayAnswer(conversation, permissions, me);
  return (
    <footer className={styles.composer} aria-label={t("label")}>
      {answering.kind === "yes" ? (
        <Writer conversation={conversation} afterSequence={afterSequence} />
      ) : (
        <CannotAnswer answering={answering} conversation={conversation} />
      )}
    </footer>
  );
}
