import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conversation, Status } from "@/lib/api/types";
import { aConversation, ME } from "@/test/data";
import { type InboxFilter, type ListPage, matches, mergeConversations } from "./conversations";

const ALL_OPEN: InboxFilter = {
  status: "open",
  assignee: "",
  unread: false,
  channel: "",
  tab: "shop",
  fromAd: false,
  adId: "",
  accountId: "",
};
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 20) + minute * 60_000).toISOString();
const rankOf = (row: Conversation): string => row.sort_at + row.id;

/** A server in ten lines: conversations that change, listed by keyset. */
class Server {
  rows = new Map<string, Conversation>();
  #clock = 1_000;

  constructor(count: number) {
    for (let index = 0; index < count; index += 1)
      this.put(aConversation({ id: `c${String(index).padStart(2, "0")}`, sort_at: at(index) }));
  }

  put(row: Conversation): Conversation {
    this.rows.set(row.id, row);
    return row;
  }

  /** A new message, or another status: one version more. */
  change(id: string, fields: Partial<Conversation>): Conversation {
    const old = this.rows.get(id) ?? aConversation({ id, version: 0 });
    this.#clock += 1;
    return this.put({
      ...old,
      ...fields,
      version: old.version + 1,
      ...("status" in fields ? {} : { sort_at: at(this.#clock) }),
    });
  }

  list(filter: InboxFilter): Conversation[] {
    return [...this.rows.values()]
      .filter((row) => matches(row, filter, ME))
      .toSorted((a, b) => (rankOf(a) < rankOf(b) ? 1 : -1));
  }

  page(filter: InboxFilter, token: string, size: number): ListPage {
    const rest = this.list(filter).filter((row) => token === "" || rankOf(row) < token);
    const conversations = rest.slice(0, size);
    const last = conversations.at(-1);
    return { conversations, next_page_token: last && rest.length > size ? rankOf(last) : null };
  }
}

type Step =
  | { do: "more" }
  | { do: "message"; id: number }
  | { do: "status"; id: number; status: Status }
  /** Events not heard yet reach the console. */
  | { do: "hear" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("more" as const) }),
  fc.record({ do: fc.constant("message" as const), id: fc.nat(35) }),
  fc.record({
    do: fc.constant("status" as const),
    id: fc.nat(35),
    status: fc.constantFrom<Status>("open", "processing", "closed"),
  }),
  fc.record({ do: fc.constant("hear" as const) }),
);

describe("the inbox list", () => {
  it("rule 2: pages and live events together show every conversation once, newest first, and lose none", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const server = new Server(30);
        const pages: ListPage[] = [server.page(ALL_OPEN, "", 7)];
        const live = new Map<string, Conversation>();
        let unheard: Conversation[] = [];
        const hear = (): void => {
          for (const row of unheard) live.set(row.id, row);
          unheard = [];
        };
        const more = (): boolean => {
          const token = pages.at(-1)?.next_page_token;
          if (token) pages.push(server.page(ALL_OPEN, token, 7));
          return Boolean(token);
        };
        for (const each of steps) {
          const id = "id" in each ? `c${String(each.id).padStart(2, "0")}` : "";
          if (each.do === "more") more();
          else if (each.do === "hear") hear();
          else unheard.push(server.change(id, each.do === "status" ? { status: each.status } : { unread_count: 1 }));
          const shown = mergeConversations(pages, live, ALL_OPEN, ME);
          expect(new Set(shown.map((row) => row.id)).size).toBe(shown.length);
          expect(shown.map(rankOf)).toEqual(shown.map(rankOf).toSorted().toReversed());
        }
        hear();
        const truth = server.list(ALL_OPEN);
        const shown = mergeConversations(pages, live, ALL_OPEN, ME);
        expect(shown).toEqual(truth.slice(0, shown.length));
        while (more());
        expect(mergeConversations(pages, live, ALL_OPEN, ME)).toEqual(truth);
      }),
      { numRuns: 300 },
    );
  });

  it("orders times with and without a fraction", () => {
    const rows = [
      aConversation({ id: "whole", sort_at: "2026-11-20T08:00:01Z" }),
      aConversation({ id: "fraction", sort_at: "2026-11-20T08:00:01.5Z" }),
    ];
    const shown = mergeConversations([{ conversations: rows, next_page_token: null }], new Map(), ALL_OPEN, ME);
    expect(shown.map((row) => row.id)).toEqual(["fraction", "whole"]);
  });

  it("rules 21 and 25: filters by status and channel, by unread (of rule 3) and by whose it is, as the server does", () => {
    const row = aConversation({ assignee_id: ME, channel: "line" });
    expect(matches(row, ALL_OPEN, ME)).toBe(true);
    expect(matches(row, { ...ALL_OPEN, unread: true }, ME)).toBe(false);
    expect(matches(row, { ...ALL_OPEN, status: "closed" }, ME)).toBe(false);
    expect(matches(row, { ...ALL_OPEN, channel: "whatsapp" }, ME)).toBe(false);
    expect(matches(row, { ...ALL_OPEN, assignee: "me" }, "kevin")).toBe(false);
    expect(matches({ ...row, archived: true }, ALL_OPEN, ME)).toBe(false);
  });

  it("keeps the open conversation in sight when it leaves the filter", () => {
    const row = aConversation();
    const read = new Map([[row.id, { ...row, version: 2, unread_count: 0 }]]);
    const pages = [{ conversations: [{ ...row, unread_count: 2 }], next_page_token: null }];
    const unread = { ...ALL_OPEN, unread: true };
    expect(mergeConversations(pages, read, unread, ME)).toEqual([]);
    expect(mergeConversations(pages, read, unread, ME, row)).toMatchObject([{ id: "c1", version: 2 }]);
  });
});
