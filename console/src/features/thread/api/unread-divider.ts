import type { Message } from "@/lib/api/types";

/** The message the "unread" line stands before: the first of the last `unread` from the customer. Null without one. */
export function firstUnread(messages: Message[], unread: number): string | null {
  if (unread <= 0) return null;
  const inbound = messages.filter(({ direction }) => direction === "inbound");
  return inbound.at(-Math.min(unread, inbound.length))?.id ?? null;
}
