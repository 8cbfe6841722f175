import type { Message } from "@/lib/api/types";
import { newer } from "@/lib/live/conversations";

export type ThreadPage = { messages: Message[]; next_page_token: string | null };

/**
 * A thread, oldest first: the pages as read (newest first), under what events told since. Each message once, in its
 * newest version; a late one lands where it belongs, and not before the loaded part begins.
 */
export function mergeMessages(pages: ThreadPage[], live: ReadonlyMap<string, Message>): Message[] {
  const rows = new Map<string, Message>(live);
  for (const page of pages) for (const row of page.messages) rows.set(row.id, newer(row, rows.get(row.id)));
  const complete = pages.at(-1)?.next_page_token == null;
  const start = complete ? "" : (pages.findLast((page) => page.messages.length > 0)?.messages.at(-1)?.sort_key ?? "");
  return [...rows.values()]
    .filter((row) => row.sort_key >= start)
    .toSorted((a, b) => (a.sort_key < b.sort_key ? -1 : 1));
}
