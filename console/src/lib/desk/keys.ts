import type { InboxFilter } from "@/lib/live/conversations";

/** Where each answer is kept. */
export const keys = {
  conversations: ["conversations"] as const,
  list: (filter: InboxFilter) => ["conversations", filter] as const,
  conversationDetails: ["conversation"] as const,
  conversation: (id: string) => ["conversation", id] as const,
  threads: ["messages"] as const,
  messages: (id: string) => ["messages", id] as const,
  history: (id: string) => ["history", id] as const,
  unread: ["unread"] as const,
  teammates: ["teammates"] as const,
  adSources: ["ad-sources"] as const,
  templates: (accountId: string) => ["templates", accountId] as const,
  ledgers: ["ledger-entries"] as const,
  ledger: (filter: object) => ["ledger-entries", filter] as const,
  ledgerEntry: (id: string) => ["ledger-entry", id] as const,
  deletions: ["data-deletion-requests"] as const,
  accounts: ["channel-accounts"] as const,
  connection: (id: string) => ["connection", id] as const,
  audit: ["audit-entries"] as const,
};
