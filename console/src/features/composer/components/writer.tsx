import { SendHorizontal } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { measure } from "@/features/composer/api/limits";
import { useDraft } from "@/features/composer/api/use-draft";
import { useCustomerName } from "@/components/customer/use-customer-name";
import type { Conversation } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { useShortcuts } from "@/lib/hooks/shortcuts";
import { useMedia } from "@/lib/hooks/use-media";
import { EmojiButton } from "./emoji-button";
import { insertText } from "./insert-text";
import { useSendKey } from "./use-send-key";
import { WriterHint } from "./writer-hint";
import styles from "./composer.module.css";

type WriterProps = { conversation: Conversation; afterSequence: number };

export function Writer({ conversation, afterSequence }: WriterProps) {
  const { t } = useTranslation("composer");
  const { outbox } = useDesk();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(conversation.id);
  const name = useCustomerName(conversation.customer);
  const length = measure(text, conversation.channel);
  const sendable = text.trim() !== "" && !length.over;
  // A phone's keyboard would cover the thread somebody only wants to read.
  const focusOnOpen = useMedia("(hover: hover)");
  const send = (): void => {
    if (!sendable) return;
    outbox.add(conversation.id, text.trim(), afterSequence);
    setText("");
    field.current?.focus();
  };
  const keys = useSendKey(send);
  useShortcuts({ r: () => field.current?.focus() });
  return (
    <div className={styles.box}>
      <textarea
        ref={field}
        className={styles.text}
        rows={1}
        value={text}
        onChange={(event) => setText(event.target.value)}
        aria-label={t("placeholder", { name })}
        placeholder={t("placeholder", { name })}
        aria-invalid={length.over || undefined}
        aria-describedby="writer-hint"
        autoFocus={focusOnOpen}
        {...keys}
      />
      <div className={styles.bar}>
        <EmojiButton onPick={(emoji) => field.current && insertText(field.current, emoji, setText)} />
        <WriterHint conversation={conversation} length={length} />
        <IconButton look="primary" label={t("send")} onPress={send} isDisabled={!sendable}>
          <SendHorizontal size={18} aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}
