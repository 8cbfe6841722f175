import type { Channel, Conversation, Status } from "@/lib/api/types";
import { sortableInstant } from "@/lib/time/instants";

export type InboxFilter = {
  status: Status;
  /** "me", or "" for everybody's. */
  assignee: "" | "me";
  unread: boolean;
  channel: Channel | "";
  /** Rule 1: what customers write to the shop, and what they write about orders. */
  tab: "shop" | "order";
  /** Rule 11: those who came from an ad, or from the one that `adId` names. */
  fromAd: boolean;
  adId: string;
  /** Rule 18: the one account whose messages are listed; "" lists those of all. */
  accountId: string;
};

export type ListPage = { conversations: Conversation[]; next_page_token: string | null };

/** Whether the server would list it under this filter. The same rule as the list endpoint's. */
export function matches(row: Conversation, filter: InboxFilter, me: string): boolean {
  return (
    !row.archived &&
    row.status === filter.status &&
    (filter.assignee !== "me" || row.assignee_id === me) &&
    (!filter.unread || row.unread_count > 0) &&
    (filter.channel === "" || row.channel === filter.channel) &&
    (row.channel === "order") === (filter.tab === "order") &&
    (!filter.fromAd || row.ad != null) &&
    (filter.adId === "" || row.ad?.ad_id === filter.adId) &&
    (filter.accountId === "" || row.account_id === filter.accountId)
  );
}

const rank = (row: Conversation): string => `${sortableInstant(row.sort_at)} ${row.id}`;
const byRank = (a: Conversation, b: Conversation): number => (rank(a) < rank(b) ? 1 : -1);

export const newer = <T extends { version: number }>(a: T, b: T | undefined): T => (b && b.version > a.version ? b : a);

/** Where the loaded part of the list ends, as the server saw it when it answered; null once all of it is loaded. */
function boundary(pages: ListPage[]): string | null {
  if (pages.at(-1)?.next_page_token == null) return null;
  const last = pages.findLast((page) => page.conversations.length > 0)?.conversations.at(-1);
  return last ? rank(last) : null;
}

/**
 * What the list shows: the pages as read, under what events told since. Each conversation once and in its newest
 * version, those that no longer match left out, and nothing from beyond the loaded part, where rows between would
 * be missing. `keep` is the open conversation, which stays in sight even when it leaves the filter.
 */
export function mergeConversations(
  pages: ListPage[],
  live: ReadonlyMap<string, Conversation>,
  filter: InboxFilter,
  me: string,
  keep?: Conversation,
): Conversation[] {
  const end = boundary(pages);
  const rows = new Map<string, Conversation>();
  for (const row of live.values()) rows.set(row.id, row);
  for (const page of pages) for (const row of page.conversations) rows.set(row.id, newer(row, rows.get(row.id)));
  const shown = [...rows.values()].filter((row) => matches(row, filter, me) && (end === null || rank(row) >= end));
  if (keep && !shown.some((row) => row.id === keep.id)) shown.push(newer(keep, rows.get(keep.id)));
  return shown.toSorted(byRank);
}
