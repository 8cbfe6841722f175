import type { ChannelAccount, Conversation, Message } from "../src/lib/api/types.ts";
import { ANSWERS, CHANNELS, NAMES, QUESTIONS, showcase } from "./samples.ts";
import { team } from "./team.ts";

export type WorldEvent = { cursor: string; type: string; data: unknown };

const EPOCH = "m0ck";
/** Events older than this many are forgotten: a client that comes back later is told to reload. */
const KEPT_EVENTS = 200;

/** All that the made-up server knows. Every change goes out as an event with the next cursor. */
export class World {
  readonly conversations = new Map<string, Conversation>();
  readonly messages = new Map<string, Message[]>();
  readonly team = structuredClone(team);
  readonly accounts: ChannelAccount[] = [];
  readonly sent = new Map<string, { text: string; message: Message }>();
  readonly listeners = new Set<(event: WorldEvent) => void>();
  #events: WorldEvent[] = [];
  #sequence = 0;
  #ids = 0;

  constructor(conversations = 320) {
    const now = Date.now();
    for (let index = 0; index < conversations; index += 1)
      this.#addConversation(index, now - index * index * 9_000 - index * 40_000);
    for (const [index, part] of showcase().entries())
      this.append("c-0000", { ...part, sent_at: iso(now - (18 - index) * 240_000) }, false);
    this.#touch("c-0000", { unread_count: 2, assignee_id: "t-agent", status: "open" });
    this.#touch("c-0003", { can_reply: false, cannot_reply_reason: "blocked" });
  }

  get cursor(): string {
    return `${EPOCH}-${this.#sequence}`;
  }

  newId(kind: string): string {
    this.#ids += 1;
    return `${kind}-${String(this.#ids).padStart(6, "0")}`;
  }

  /** Events after the cursor; null when they are not known any more. */
  since(cursor: string): WorldEvent[] | null {
    const [epoch, sequence] = cursor.split("-");
    if (epoch !== EPOCH || Number(sequence) < this.#sequence - this.#events.length) return null;
    return this.#events.filter((event) => Number(event.cursor.split("-")[1]) > Number(sequence));
  }

  /** Inbox order: newest first. */
  list(): Conversation[] {
    return [...this.conversations.values()].toSorted((a, b) => (a.sort_at + a.id < b.sort_at + b.id ? 1 : -1));
  }

  conversation(id: string): Conversation {
    const row = this.conversations.get(id);
    if (!row) throw new Error(`no conversation ${id}`);
    return row;
  }

  change(id: string, fields: Partial<Conversation>): Conversation {
    const row = this.#touch(id, fields);
    this.publish("conversation.updated", { conversation: row });
    return row;
  }

  append(conversationId: string, fields: Partial<Message>, announce = true): Message {
    const thread = this.messages.get(conversationId) ?? [];
    const sequence = thread.length + 1;
    const message: Message = { ...blank(conversationId, sequence), id: this.newId("m"), ...fields };
    message.sort_key = message.sent_at.replace(/\D/g, "").padEnd(17, "0") + String(sequence).padStart(6, "0");
    this.messages.set(conversationId, [...thread, message]);
    const inbound = message.direction === "inbound";
    const row = this.#touch(conversationId, {
      last_message: summary(message),
      sort_at: message.sent_at,
      archived: false,
      ...(inbound && { unread_count: this.conversation(conversationId).unread_count + 1 }),
    });
    if (announce) this.publish("message.created", { message, conversation: row });
    return message;
  }

  update(conversationId: string, messageId: string, fields: Partial<Message>): Message {
    const thread = this.messages.get(conversationId) ?? [];
    const old = thread.find((each) => each.id === messageId);
    if (!old) throw new Error(`no message ${messageId}`);
    const message = { ...old, ...fields, version: old.version + 1 };
    this.messages.set(
      conversationId,
      thread.map((each) => (each.id === messageId ? message : each)),
    );
    const last = this.conversation(conversationId).last_message?.id === messageId;
    const row = this.#touch(conversationId, last ? { last_message: summary(message) } : {});
    this.publish("message.updated", { message, conversation: row });
    return message;
  }

  publish(type: string, data: unknown): void {
    this.#sequence += 1;
    const event = { cursor: this.cursor, type, data };
    this.#events = [...this.#events, event].slice(-KEPT_EVENTS);
    for (const listener of this.listeners) listener(event);
  }

  /** Something that nobody heard: makes a gap in the stream. */
  forgetEvents(): void {
    this.#sequence += 1;
    this.#events = [];
  }

  #touch(id: string, fields: Partial<Conversation>): Conversation {
    const old = this.conversation(id);
    const row = { ...old, ...fields, version: old.version + 1 };
    this.conversations.set(id, row);
    return row;
  }

  #addConversation(index: number, time: number): void {
    const id = `c-${String(index).padStart(4, "0")}`;
    const name = NAMES[index % NAMES.length] ?? "";
    const status = index % 9 === 8 ? "closed" : index % 3 === 1 ? "processing" : "open";
    const channel = CHANNELS[(index * 3) % CHANNELS.length] ?? "line";
    const assignee = status === "open" ? null : (team[(index % 3) + 2]?.id ?? null);
    this.conversations.set(id, {
      id,
      channel,
      account_id: `demo-${channel}`,
      status,
      handler: "person",
      unread_count: 0,
      starred: false,
      archived: false,
      assignee_id: assignee,
      customer: { id: `p-${index}`, name, picture_url: null, kind: index % 17 === 16 ? "group" : "person" },
      last_message: null,
      version: 1,
      created_at: iso(time),
      sort_at: iso(time),
      case_id: `k-${index}`,
      can_reply: true,
      cannot_reply_reason: null,
    });
    if (index === 0) return;
    for (let turn = index < 3 ? 90 : 5; turn > 0; turn -= 1) this.#sample(id, index, turn, time - turn * 47 * 60_000);
    const fromUs = index % 4 === 3;
    const state = index % 16 === 3 ? "failed" : "read";
    this.append(
      id,
      fromUs
        ? { ...outbound(index, assignee), delivery_state: state, sent_at: iso(time) }
        : { text: QUESTIONS[index % 10], sent_at: iso(time) },
      false,
    );
    this.#touch(id, { unread_count: fromUs || index % 5 > 1 ? 0 : (index % 3) + 1 });
  }

  #sample(id: string, index: number, turn: number, time: number): void {
    const fields =
      turn % 3 === 0
        ? { ...outbound(turn, team[3]?.id ?? null), delivery_state: "read" as const }
        : { text: QUESTIONS[(index + turn) % 10] };
    this.append(id, { ...fields, sent_at: iso(time) }, false);
  }
}

export const iso = (time: number): string => new Date(time).toISOString();

const outbound = (index: number, author: string | null): Partial<Message> => ({
  direction: "outbound",
  text: ANSWERS[index % ANSWERS.length] ?? "",
  author_id: author,
});

const summary = (message: Message): Conversation["last_message"] => ({
  id: message.id,
  direction: message.direction,
  type: message.type,
  preview: message.text.slice(0, 200),
  sent_at: message.sent_at,
  delivery_state: message.delivery_state,
});

const blank = (conversationId: string, sequence: number): Message => ({
  id: "",
  conversation_id: conversationId,
  direction: "inbound",
  type: "text",
  text: "",
  attachments: [],
  provider_message_id: null,
  sequence,
  sent_at: iso(Date.now()),
  delivery_state: null,
  failure_code: null,
  failure_detail: null,
  author_id: null,
  sender_name: null,
  edited: false,
  unsent: false,
  version: 1,
  sort_key: "",
  details: {},
  attempt: 1,
  case_id: "",
});
