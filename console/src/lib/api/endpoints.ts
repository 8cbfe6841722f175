import { api } from "@/lib/api/client";
import type { Query } from "@/lib/api/http";
import type {
  AdSource,
  Conversation,
  ConversationPage,
  HistoryPage,
  Message,
  MessagePage,
  TemplateChoice,
  UnreadCount,
} from "@/lib/api/types";

/** The desk's own calls; a feature's further ones live in its api folder. */
const at = (id: string): string => `/conversations/${encodeURIComponent(id)}`;

export const listConversations = (query: Query, signal: AbortSignal): Promise<ConversationPage> =>
  api("/conversations", { query, signal });

export const getConversation = (id: string, signal: AbortSignal): Promise<Conversation> => api(at(id), { signal });

export const listMessages = (id: string, query: Query, signal: AbortSignal): Promise<MessagePage> =>
  api(`${at(id)}/messages`, { query, signal });

export type NewMessage = {
  type: "text" | "image" | "video" | "audio" | "file" | "template";
  text?: string;
  upload_id?: string;
  template?: TemplateChoice;
  quoted_message_id?: string;
};

/** The same key with the same content answers with the same message, however often it is sent. */
export const sendMessage = (id: string, message: NewMessage, key: string): Promise<Message> =>
  api(`${at(id)}/messages`, { method: "POST", body: message, headers: { "Idempotency-Key": key } });

/** Shows the customer that somebody writes, where the platform can; nothing depends on it. */
export const signalTyping = (id: string): Promise<void> => api(`${at(id)}:typing`, { method: "POST" });

/** The newest ads that customers came from, at most ten (rule 12). */
export const listAdSources = (signal: AbortSignal): Promise<{ sources: AdSource[] }> => api("/ad-sources", { signal });

export const retryMessage = (id: string, messageId: string, key: string): Promise<Message> =>
  api(`${at(id)}/messages/${encodeURIComponent(messageId)}:retry`, {
    method: "POST",
    headers: { "Idempotency-Key": key },
  });

export const takeOver = (id: string): Promise<Conversation> => api(`${at(id)}:take-over`, { method: "POST" });

/** Marks it read for whoever may answer it; changes nothing for others. */
export const openConversation = (id: string): Promise<Conversation> => api(`${at(id)}:open`, { method: "POST" });

/** At most 1000, which means "999+". */
export const countUnread = (signal: AbortSignal): Promise<UnreadCount> =>
  api("/conversations:count-unread", { signal });

export const listHistory = (id: string, query: Query, signal: AbortSignal): Promise<HistoryPage> =>
  api(`${at(id)}/history`, { query, signal });
