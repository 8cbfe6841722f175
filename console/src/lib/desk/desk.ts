import { QueryClient } from "@tanstack/react-query";
import { type NewMessage, sendMessage } from "@/lib/api/endpoints";
import { ApiError } from "@/lib/api/errors";
import type { Message } from "@/lib/api/types";
import { Compose } from "@/lib/compose/compose";
import { keys } from "@/lib/desk/keys";
import { throttle } from "@/lib/desk/throttle";
import { Live } from "@/lib/live/live";
import { Outbox } from "@/lib/outbox/outbox";
import { type OutboxItem, typeOf } from "@/lib/outbox/item";
import { keepSessionFresh } from "@/lib/session/fresh";
import { refreshMe } from "@/lib/session/me";
import { accessToken, renew, type Session } from "@/lib/session/session";
import { tabStorage } from "@/lib/storage";
import { Store } from "@/lib/store";
import type { Change, EventFrame } from "@/lib/stream/frames";
import { Stream } from "@/lib/stream/stream";

const UNREAD_REFETCH_MS = 1_500;

/** Everything one signed-in teammate works with. Made anew for each, so that nothing is carried from one to the next. */
export class Desk {
  readonly queries = newQueryClient();
  readonly live = new Live(() => this.reload());
  readonly stream: Stream;
  readonly outbox: Outbox;
  readonly compose = new Compose();
  /** The newest message a customer sent while this page was open; for announcements. */
  readonly arrival = new Store<Required<Change> | null>(null);
  readonly me: string;
  #forgetSession: (() => void) | undefined;
  readonly #countAgain = throttle(
    () => void this.queries.invalidateQueries({ queryKey: keys.unread }),
    UNREAD_REFETCH_MS,
  );

  constructor(session: Session) {
    this.me = session.teammate.id;
    this.outbox = this.#newOutbox();
    this.stream = new Stream({
      url: `${location.origin.replace(/^http/, "ws")}/api/v1/stream`,
      token: async (spent) => (spent ? (await renew(spent)).token : accessToken()),
      onEvent: (event) => this.receive(event),
      onReload: () => this.reload(),
      onHello: (first) => this.#hello(first),
      isOffline: () => !navigator.onLine,
    });
    this.queries.getQueryCache().subscribe(({ type, query }) => {
      if (type === "removed" && query.queryKey[0] === "messages") this.live.forgetThread(String(query.queryKey[1]));
    });
  }

  open(): void {
    this.#forgetSession = keepSessionFresh((token) => this.stream.present(token));
    this.stream.start();
    this.outbox.resume();
  }

  close(): void {
    this.#forgetSession?.();
    this.stream.stop();
    this.outbox.close();
    this.compose.close();
  }

  /** Reads a list that carries its cursor; again, should it be older than the first event heard. */
  async current<T extends { cursor: string }>(read: () => Promise<T>): Promise<T> {
    const answer = await read();
    const covered = this.stream.seed(answer.cursor);
    // The server answers, so a lost live connection need not wait for its next try.
    this.stream.wake();
    return covered ? answer : read();
  }

  receive(event: EventFrame): void {
    switch (event.type) {
      case "channel_account.updated":
        return void this.queries.invalidateQueries({ queryKey: keys.accounts });
      case "teammate.updated":
        return this.#teammateChanged(event.data.id);
      default:
        this.apply(event.data);
        if (event.type === "message.created") this.#announce(event.data);
    }
  }

  /** Takes an event's or an answer's word for how things stand now. Threads nobody looks at are not collected. */
  apply(change: Change): Change {
    const { message, conversation } = change;
    const watched = message && this.queries.getQueryState(keys.messages(message.conversation_id)) !== undefined;
    if (conversation) this.#countAgain();
    return this.live.apply({ ...(conversation && { conversation }), ...(watched && { message }) });
  }

  /** Events were missed: forget what they told and read everything on screen again. */
  reload(): void {
    this.live.clear();
    // Long lists start again from their first pages: reading every page behind a far scroll would take too long.
    this.queries.setQueriesData({ queryKey: keys.conversations }, trimPages);
    this.queries.setQueriesData({ queryKey: keys.threads }, trimPages);
    void this.queries.invalidateQueries();
  }

  #announce({ message, conversation }: Change): void {
    if (message?.direction === "inbound" && conversation) this.arrival.set({ message, conversation });
  }

  #teammateChanged(id: string): void {
    void this.queries.invalidateQueries({ queryKey: keys.teammates });
    if (id === this.me) void refreshMe().catch(() => undefined);
  }

  // A single conversation's answer has no cursor, so one read before the stream began may be stale.
  #hello(first: boolean): void {
    this.outbox.resume();
    if (first) void this.queries.invalidateQueries({ queryKey: keys.conversationDetails });
    this.#countAgain();
  }

  #newOutbox(): Outbox {
    const slot = `frontdesk.outbox.${this.me}`;
    return new Outbox({
      send: (item) => sendMessage(item.conversationId, toMessage(item), item.key),
      onAccepted: (message: Message) => {
        this.apply({ message });
        this.live.flush();
        this.stream.wake();
      },
      load: () => JSON.parse(tabStorage.get(slot) ?? "[]") as OutboxItem[],
      save: (items) => tabStorage.set(slot, JSON.stringify(items)),
    });
  }
}

const toMessage = (item: OutboxItem): NewMessage => ({
  type: typeOf(item),
  ...(item.text && !item.template && { text: item.text }),
  ...(item.file && { upload_id: item.file.uploadId }),
  ...(item.template && { template: item.template }),
  ...(item.quoted && { quoted_message_id: item.quoted.id }),
});

type Pages = { pages: unknown[]; pageParams: unknown[] };

const trimPages = (data: Pages | undefined): Pages | undefined =>
  data && { pages: data.pages.slice(0, 3), pageParams: data.pageParams.slice(0, 3) };

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status < 500),
        // The stream tells what changes; reading again on every focus would only cost.
        refetchOnWindowFocus: false,
        staleTime: 60_000,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
