import type { Message } from "@/lib/api/types";
import { type OutboxItem, typeOf } from "@/lib/outbox/item";

/** One bubble: a message of the server, or one still on its way. `key` stays the same when the second becomes the first. */
export type ThreadRow = { key: string; message: Message } | { key: string; item: OutboxItem };

/**
 * The thread with what is on its way. `aliases` names the outbox keys of messages the server confirmed by id. The live
 * event of an own message may come before the answer that names its id: until then a message of mine with the same
 * content, newer than the item, stands for it, so that it shows once.
 */
export function reconcile(
  messages: Message[],
  items: OutboxItem[],
  aliases: ReadonlyMap<string, string>,
  me: string,
): ThreadRow[] {
  const keys = new Map(aliases);
  const unmatched = items.filter((item) => {
    const twin = item.state === "failed" ? undefined : messages.find((message) => isTwin(message, item, keys, me));
    if (twin) keys.set(twin.id, item.key);
    return !twin;
  });
  return [
    ...messages.map((message) => ({ key: keys.get(message.id) ?? message.id, message })),
    ...unmatched.map((item) => ({ key: item.key, item })),
  ];
}

const isTwin = (message: Message, item: OutboxItem, keys: ReadonlyMap<string, string>, me: string): boolean =>
  message.direction === "outbound" &&
  message.author_id === me &&
  message.sequence > item.afterSequence &&
  // How a template reads is the server's to say.
  (item.template ? message.type === "template" : message.text === item.text) &&
  message.type === typeOf(item) &&
  !keys.has(message.id);
