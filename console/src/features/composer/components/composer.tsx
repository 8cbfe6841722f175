import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCustomerName } from "@/components/customer/use-customer-name";
import { mayAnswer } from "@/features/composer/api/may-answer";
import { hasTemplates } from "@/features/composer/api/limits";
import { useSend } from "@/features/composer/api/use-send";
import type { Conversation } from "@/lib/api/types";
import { useDesk, useSession } from "@/lib/desk/context";
import { CannotAnswer } from "./cannot-answer";
import { QuoteBar } from "./quote-bar";
import { TemplateDialog } from "./template-dialog";
import { TemplateOnly } from "./template-only";
import { WindowNote } from "./window-note";
import { Writer } from "./writer";
import styles from "./composer.module.css";

type ComposerProps = {
  conversation: Conversation;
  /** The thread's newest arrival that the writer saw. */ afterSequence: number;
};

/** Where an answer is written; after the reply window a choice of templates; else why nothing can be sent. */
export function Composer({ conversation, afterSequence }: ComposerProps) {
  const { t } = useTranslation("composer");
  const { me } = useDesk();
  const { permissions } = useSession();
  const [choosing, setChoosing] = useState(false);
  const { quote, sendTemplate } = useSend(conversation, afterSequence);
  const name = useCustomerName(conversation.customer);
  const answering = mayAnswer(conversation, permissions, me);
  const choose = (): void => setChoosing(true);
  const onTemplate = hasTemplates(conversation.channel) ? choose : undefined;
  return (
    <footer className={styles.composer} aria-label={t("label")}>
      {answering.kind === "yes" && (
        <>
          <WindowNote conversation={conversation} />
          <Writer conversation={conversation} afterSequence={afterSequence} onTemplate={onTemplate} />
        </>
      )}
      {answering.kind === "templates" && (
        <>
          {quote && <QuoteBar message={quote} conversationId={conversation.id} name={name} />}
          <TemplateOnly onChoose={choose} />
        </>
      )}
      {answering.kind !== "yes" && answering.kind !== "templates" && (
        <CannotAnswer answering={answering} conversation={conversation} />
      )}
      {choosing && (
        <TemplateDialog
          accountId={conversation.account_id}
          onClose={() => setChoosing(false)}
          onSend={(template, text) => {
            sendTemplate(template, text);
            setChoosing(false);
          }}
        />
      )}
    </footer>
  );
}
