import { createContext, use } from "react";
import type { Message } from "@/lib/api/types";

/** What a message can ask of the thread it stands in. The functions stay the same while the thread is open. */
export type ThreadTools = {
  conversationId: string;
  /** Scrolls to a message and marks it for a moment, fetching older ones when it is not loaded. */
  jumpTo: (messageId: string) => void;
  /** Shows a picture large, with the thread's others beside it. */
  showPicture: (attachmentId: string) => void;
  /** Answers this very message; null where the channel knows no quotes, or nothing can be written. */
  quote: ((message: Message) => void) | null;
};

const NOTHING: ThreadTools = {
  conversationId: "",
  jumpTo: () => undefined,
  showPicture: () => undefined,
  quote: null,
};

export const ThreadToolsContext = createContext<ThreadTools>(NOTHING);
export const useThreadTools = (): ThreadTools => use(ThreadToolsContext);
