import { type RefObject, useMemo, useState } from "react";
import { mayAnswer } from "@/features/composer/api/may-answer";
import type { Attachment, Conversation, Message } from "@/lib/api/types";
import { useDesk, useSession } from "@/lib/desk/context";
import { fileAddress } from "@/lib/web-address";
import type { ThreadTools } from "./thread-tools";
import { useJump } from "./use-jump";
import type { useThread } from "./use-thread";

/** The tools of one open thread, and the picture that is shown large. */
export function useThreadTools(
  conversation: Conversation,
  thread: ReturnType<typeof useThread>,
  scroller: RefObject<HTMLElement | null>,
) {
  const desk = useDesk();
  const { permissions } = useSession();
  const [pictureId, setPictureId] = useState<string | null>(null);
  const jumpTo = useJump(scroller, thread);
  const mayQuote = ["yes", "templates"].includes(mayAnswer(conversation, permissions, desk.me).kind);
  const { id } = conversation;
  const tools = useMemo(
    (): ThreadTools => ({
      conversationId: id,
      jumpTo: (messageId) => void jumpTo(messageId),
      showPicture: setPictureId,
      quote: mayQuote ? (message) => desk.compose.quote(id, message) : null,
    }),
    [id, mayQuote, desk, jumpTo],
  );
  return { tools, pictureId, closePicture: () => setPictureId(null) };
}

/** Every picture of the thread that can be shown, oldest first. */
export const picturesOf = (messages: Message[]): Attachment[] =>
  messages
    .filter(({ unsent, type }) => !unsent && type !== "sticker")
    .flatMap(({ attachments }) => attachments)
    .filter(({ kind, url }) => kind === "image" && fileAddress(url));
