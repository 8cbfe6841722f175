import type { Conversation, Message } from "@/lib/api/types";
import { Store } from "@/lib/store";
import type { Change } from "@/lib/stream/frames";

type Conversations = ReadonlyMap<string, Conversation>;
type Threads = ReadonlyMap<string, ReadonlyMap<string, Message>>;

/** Beyond this many conversations in memory it is cheaper to read the lists again. */
const MOST_CONVERSATIONS = 4_000;
/** One screen update for a burst of events. */
const BATCH_MS = 16;

/**
 * What events and answers told since the lists were read, newest version of each thing. Lists lay this over their
 * pages; a copy older than the one held is dropped, wherever it comes from.
 */
export class Live {
  readonly conversations = new Store<Conversations>(new Map());
  readonly threads = new Store<Threads>(new Map());
  readonly #conversations = new Map<string, Conversation>();
  readonly #threads = new Map<string, Map<string, Message>>();
  #flush: ReturnType<typeof setTimeout> | undefined;
  readonly #onOverflow: () => void;

  constructor(onOverflow: () => void = () => undefined) {
    this.#onOverflow = onOverflow;
  }

  /** Takes what is newer than the copy held; returns what was taken. */
  apply(change: Change): Change {
    const taken: Change = {};
    if (change.conversation && this.#takeConversation(change.conversation)) taken.conversation = change.conversation;
    if (change.message && this.#takeMessage(change.message)) taken.message = change.message;
    if (taken.conversation || taken.message) this.#schedule();
    return taken;
  }

  #takeConversation(row: Conversation): boolean {
    if ((this.#conversations.get(row.id)?.version ?? -1) >= row.version) return false;
    this.#conversations.set(row.id, row);
    if (this.#conversations.size > MOST_CONVERSATIONS) this.#onOverflow();
    return true;
  }

  #takeMessage(row: Message): boolean {
    const thread = this.#threads.get(row.conversation_id) ?? new Map<string, Message>();
    if ((thread.get(row.id)?.version ?? -1) >= row.version) return false;
    this.#threads.set(row.conversation_id, new Map(thread).set(row.id, row));
    return true;
  }

  /** Nobody holds pages of this thread any more: what is read next will be newer than all of this. */
  forgetThread(conversationId: string): void {
    if (this.#threads.delete(conversationId)) this.#schedule();
  }

  clear(): void {
    this.#conversations.clear();
    this.#threads.clear();
    this.#schedule();
  }

  /** Publishes at once what is waiting for the next batch. */
  flush(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    this.conversations.set(new Map(this.#conversations));
    this.threads.set(new Map(this.#threads));
  }

  #schedule(): void {
    this.#flush ??= setTimeout(() => this.flush(), BATCH_MS);
  }
}
