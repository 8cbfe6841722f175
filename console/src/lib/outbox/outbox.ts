import { ApiError, isTransient, NetworkError } from "@/lib/api/errors";
import type { Message } from "@/lib/api/types";
import type { OutboxContent, OutboxItem, SendFailure } from "@/lib/outbox/item";
import { Store } from "@/lib/store";
import { backoff } from "@/lib/stream/backoff";

export type OutboxDeps = {
  send: (item: OutboxItem) => Promise<Message>;
  /** Called before the item leaves, so that the bubble never blinks. */
  onAccepted: (message: Message) => void;
  load: () => OutboxItem[];
  save: (items: OutboxItem[]) => void;
  now?: () => number;
  newKey?: () => string;
};

/** After this long a message is not sent behind the writer's back any more: the conversation may have moved on. */
const AUTO_RETRY_MS = 120_000;

/** Sends in order, one at a time per conversation, and keeps every text until the server has it. */
export class Outbox {
  readonly items: Store<OutboxItem[]>;
  /** Message id to the key of the item it was; keeps the bubble's identity. */
  readonly aliases = new Store<ReadonlyMap<string, string>>(new Map());
  readonly #busy = new Set<string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #attempts = new Map<string, number>();
  readonly #deps: OutboxDeps;
  #closed = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.items = new Store(deps.load());
  }

  add(conversationId: string, content: OutboxContent, afterSequence: number): void {
    const key = this.#deps.newKey?.() ?? crypto.randomUUID();
    const createdAt = new Date(this.#now()).toISOString();
    const item: OutboxItem = { ...content, key, conversationId, createdAt, afterSequence, state: "sending" };
    this.#store([...this.items.get(), item]);
    void this.#pump(conversationId);
  }

  /** The same message with the same key: if the server has it already, it answers with that one. */
  retry(key: string): void {
    const item = this.#find(key);
    if (!item) return;
    this.#update(key, { state: "sending", createdAt: new Date(this.#now()).toISOString() });
    void this.#pump(item.conversationId);
  }

  discard(key: string): void {
    const item = this.#find(key);
    this.#remove(key);
    if (item) void this.#pump(item.conversationId);
  }

  /** The network is back, or the page was loaded again: go on with everything that waits. */
  resume(): void {
    this.#closed = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const id of new Set(this.items.get().map((item) => item.conversationId))) void this.#pump(id);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Whether closing the page now could lose something. */
  get pending(): boolean {
    return this.items.get().length > 0;
  }

  async #pump(conversationId: string): Promise<void> {
    if (this.#busy.has(conversationId) || this.#closed) return;
    this.#busy.add(conversationId);
    let item = this.#next(conversationId);
    while (item && (await this.#deliver(item))) item = this.#next(conversationId);
    this.#busy.delete(conversationId);
  }

  #next(conversationId: string): OutboxItem | undefined {
    return this.items.get().find((item) => item.conversationId === conversationId && item.state !== "failed");
  }

  /** False when the conversation has to wait: a later message must not overtake this one. */
  async #deliver(item: OutboxItem): Promise<boolean> {
    this.#update(item.key, { state: "sending" });
    try {
      const message = await this.#deps.send(item);
      this.#deps.onAccepted(message);
      this.aliases.set(new Map(this.aliases.get()).set(message.id, item.key));
      this.#remove(item.key);
      return true;
    } catch (error) {
      const giveUp = !isTransient(error) || this.#now() - Date.parse(item.createdAt) > AUTO_RETRY_MS;
      this.#update(item.key, { state: giveUp ? "failed" : "waiting", failure: describe(error) });
      if (!giveUp) this.#later(item);
      return giveUp;
    }
  }

  #later(item: OutboxItem): void {
    const attempt = this.#attempts.get(item.key) ?? 0;
    this.#attempts.set(item.key, attempt + 1);
    const timer = setTimeout(() => {
      this.#timers.delete(item.conversationId);
      void this.#pump(item.conversationId);
    }, backoff(attempt));
    this.#timers.set(item.conversationId, timer);
  }

  #find = (key: string): OutboxItem | undefined => this.items.get().find((item) => item.key === key);

  #update(key: string, change: Partial<OutboxItem>): void {
    this.#store(this.items.get().map((item) => (item.key === key ? { ...item, ...change } : item)));
  }

  #remove(key: string): void {
    this.#attempts.delete(key);
    this.#store(this.items.get().filter((item) => item.key !== key));
  }

  #store(items: OutboxItem[]): void {
    this.#deps.save(items);
    this.items.set(items);
  }

  #now = (): number => this.#deps.now?.() ?? Date.now();
}

function describe(error: unknown): SendFailure {
  if (error instanceof ApiError) return { code: error.code, detail: error.detail, unclear: error.status >= 500 };
  return { code: error instanceof NetworkError ? "network" : "unknown", detail: "", unclear: true };
}
