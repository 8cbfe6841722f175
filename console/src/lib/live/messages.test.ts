import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "@/lib/api/types";
import { aMessage } from "@/test/data";
import { mergeMessages, type ThreadPage } from "./messages";

const key = (minute: number, sequence: number): string =>
  `${String(minute).padStart(4, "0")}-${String(sequence).padStart(4, "0")}`;

const keyOf = (message: Message): string => message.sort_key;

function page(thread: Message[], before: string, size: number): ThreadPage {
  const rest = thread
    .filter((message) => before === "" || message.sort_key < before)
    .toSorted((a, b) => (a.sort_key < b.sort_key ? 1 : -1));
  const messages = rest.slice(0, size);
  return { messages, next_page_token: rest.length > size ? (messages.at(-1)?.sort_key ?? null) : null };
}

describe("a thread", () => {
  it("shows every message once and in order, however late it came, and loses none", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }), fc.nat(5), (minutes, pagesBefore) => {
        const first = minutes
          .slice(0, 20)
          .map((minute, index) => aMessage({ id: `m${index}`, sequence: index, sort_key: key(minute, index) }));
        const live = new Map<string, Message>();
        const pages = [page(first, "", 4)];
        const thread = [...first];
        const older = (): boolean => {
          const token = pages.at(-1)?.next_page_token;
          if (token) pages.push(page(thread, token, 4));
          return Boolean(token);
        };
        for (let index = 0; index < pagesBefore; index += 1) older();
        for (const [index, minute] of minutes.slice(20).entries()) {
          const late = aMessage({ id: `late${index}`, sequence: 100 + index, sort_key: key(minute, 100 + index) });
          thread.push(late);
          live.set(late.id, late);
          const keys = mergeMessages(pages, live).map(keyOf);
          expect(keys).toEqual([...new Set(keys)].toSorted());
        }
        while (older());
        expect(mergeMessages(pages, live).map(keyOf)).toEqual(thread.map(keyOf).toSorted());
      }),
    );
  });

  it("keeps the newer of two copies, wherever it comes from", () => {
    const pages = [{ messages: [aMessage({ version: 3, text: "edited" })], next_page_token: null }];
    expect(mergeMessages(pages, new Map([["m1", aMessage({ version: 2 })]]))).toMatchObject([{ text: "edited" }]);
    expect(mergeMessages(pages, new Map([["m1", aMessage({ version: 4, unsent: true })]]))).toMatchObject([
      { unsent: true },
    ]);
  });
});
