import { api } from "@/lib/api/client";
import type { Query } from "@/lib/api/http";
import type { Conversation, ConversationPage, HistoryPage, Message, MessagePage, UnreadCount } from "@/lib/api/types";

/** The desk's own calls; a feature's further ones live in its api folder. */
const at = (id: string): string => `/conversations/${encodeURIComponent(id)}`;

export const listConversations = (query: Query, signal: AbortSignal): Promise<ConversationPage> =>
  api("/conversations", { query, signal });

export const getConversation = (id: string, signal: AbortSignal): Promise<Conversation> => api(at(id), { signal });

export const listMessages = (id: string, query: Query, signal: AbortSignal): Promise<MessagePage> =>
  api(`${at(id)}/messages`, { query, signal });

/** The same key with the same text answers with the same message, however often it is sent. */
export const sendText = (id: string, text: string, key: string): Promise<Message> =>
  api(`${at(id)}/messages`, { method: "POST", body: { type: "text", text }, headers: { "Idempotency-Key": key } });

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
