import { Mic, SendHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { type Length, mayRecord } from "@/features/composer/api/limits";
import type { Conversation } from "@/lib/api/types";
import { AttachButton } from "./attach-button";
import { EmojiButton } from "./emoji-button";
import { WriterHint } from "./writer-hint";
import styles from "./composer.module.css";

type WriterBarProps = {
  conversation: Conversation;
  length: Length;
  uploading: boolean;
  sendable: boolean;
  onSend: () => void;
  onFiles: (files: File[]) => void;
  onEmoji: (emoji: string) => void;
  onRecord: () => void;
  onTemplate: (() => void) | undefined;
};

/** Below the words: what can be added to them, what sending does, and sending. */
export function WriterBar(props: WriterBarProps) {
  const { t } = useTranslation("composer");
  const { conversation, length, uploading, sendable } = props;
  return (
    <div className={styles.bar}>
      <AttachButton channel={conversation.channel} onFiles={props.onFiles} onTemplate={props.onTemplate} />
      <EmojiButton onPick={props.onEmoji} />
      {mayRecord(conversation.channel) && (
        <IconButton label={t("recorder.action")} onPress={props.onRecord}>
          <Mic size={20} aria-hidden />
        </IconButton>
      )}
      <WriterHint conversation={conversation} length={length} uploading={uploading} />
      <IconButton look="primary" label={t("send")} onPress={props.onSend} isDisabled={!sendable}>
        <SendHorizontal size={18} aria-hidden />
      </IconButton>
    </div>
  );
}
