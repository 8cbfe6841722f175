import { type ClipboardEvent, type RefObject, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "@/components/toast/toasts";
import { attach } from "@/features/composer/api/attach";
import { measure } from "@/features/composer/api/limits";
import { useAttachments } from "@/features/composer/api/use-attachments";
import { useDraft } from "@/features/composer/api/use-draft";
import { useRecorder } from "@/features/composer/api/use-recorder";
import { useSend } from "@/features/composer/api/use-send";
import { useTyping } from "@/features/composer/api/use-typing";
import { useCustomerName } from "@/components/customer/use-customer-name";
import type { Conversation } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { useShortcuts } from "@/lib/hooks/shortcuts";
import { useMedia } from "@/lib/hooks/use-media";
import { useStore } from "@/lib/store";
import { insertText } from "./insert-text";
import { QuoteBar } from "./quote-bar";
import { RecorderBar } from "./recorder-bar";
import { UploadTray } from "./upload-tray";
import { useSendKey } from "./use-send-key";
import { WriterBar } from "./writer-bar";
import styles from "./composer.module.css";

type WriterProps = { conversation: Conversation; afterSequence: number; onTemplate: (() => void) | undefined };

export function Writer({ conversation, afterSequence, onTemplate }: WriterProps) {
  const { t } = useTranslation("composer");
  const desk = useDesk();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(conversation.id);
  const name = useCustomerName(conversation.customer);
  const { files, ready } = useAttachments(conversation.id);
  const { quote, send: sendContents } = useSend(conversation, afterSequence);
  const length = measure(text, conversation.channel);
  const sendable = (text.trim() !== "" || files.length > 0) && ready && !length.over;
  // A phone's keyboard would cover the thread somebody only wants to read.
  const focusOnOpen = useMedia("(hover: hover)");
  const typing = useTyping(conversation.id);
  const recorder = useRecorder(
    (file) => attach(desk, conversation, [file], true),
    (why) => toast(t(`recorder.failed.${why}`), "bad"),
  );
  const write = (next: string): void => {
    setText(next);
    typing(next);
  };
  const send = (): void => {
    if (!sendable) return;
    sendContents(text.trim(), files);
    setText("");
    field.current?.focus();
  };
  const paste = (event: ClipboardEvent): void => {
    const pasted = [...event.clipboardData.files];
    if (pasted.length === 0) return;
    event.preventDefault();
    attach(desk, conversation, pasted);
  };
  const keys = useSendKey(send);
  useShortcuts({ r: () => field.current?.focus() });
  useFocusOnQuote(field);
  if (recorder.state !== "idle") {
    return (
      <div className={styles.box}>
        <RecorderBar recorder={recorder} />
      </div>
    );
  }
  return (
    <div className={styles.box}>
      {quote && <QuoteBar message={quote} conversationId={conversation.id} name={name} />}
      {files.length > 0 && <UploadTray items={files} />}
      <textarea
        ref={field}
        className={styles.text}
        rows={1}
        value={text}
        onChange={(event) => write(event.target.value)}
        onPaste={paste}
        aria-label={t("placeholder", { name })}
        placeholder={t("placeholder", { name })}
        aria-invalid={length.over || undefined}
        aria-describedby="writer-hint"
        autoFocus={focusOnOpen}
        {...keys}
      />
      <WriterBar
        conversation={conversation}
        length={length}
        uploading={!ready}
        sendable={sendable}
        onSend={send}
        onFiles={(chosen) => attach(desk, conversation, chosen)}
        onEmoji={(emoji) => field.current && insertText(field.current, emoji, setText)}
        onRecord={() => void recorder.begin()}
        onTemplate={onTemplate}
      />
    </div>
  );
}

/** Whoever chose a message to answer wants to write now. */
function useFocusOnQuote(field: RefObject<HTMLTextAreaElement | null>): void {
  const { compose } = useDesk();
  const wanted = useStore(compose.wanted);
  const known = useRef(wanted);
  useEffect(() => {
    if (known.current === wanted) return undefined;
    known.current = wanted;
    // A menu that closes gives the focus back first.
    const timer = setTimeout(() => field.current?.focus(), 60);
    return () => clearTimeout(timer);
  }, [wanted, field]);
}
