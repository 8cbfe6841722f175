import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aMessage, ME } from "@/test/data";
import type { OutboxItem } from "./item";
import { reconcile } from "./reconcile";

const anItem = (fields: Partial<OutboxItem> = {}): OutboxItem => ({
  key: "k1",
  conversationId: "c1",
  text: "好的",
  createdAt: "2026-11-20T08:01:00Z",
  afterSequence: 1,
  state: "sending",
  ...fields,
});
const mine = (id: string, sequence: number, text = "好的") =>
  aMessage({ id, sequence, text, direction: "outbound", author_id: ME });
const NONE = new Map<string, string>();
const keys = (rows: { key: string }[]) => rows.map((row) => row.key);

describe("messages on their way", () => {
  it("stand after the server's", () => {
    expect(keys(reconcile([aMessage()], [anItem()], NONE, ME))).toEqual(["m1", "k1"]);
  });

  it("become the server's message without changing their key, once it is known by id", () => {
    expect(keys(reconcile([aMessage(), mine("m2", 2)], [], new Map([["m2", "k1"]]), ME))).toEqual(["m1", "k1"]);
  });

  it("show once when the live event comes before the answer to the request", () => {
    const rows = reconcile([aMessage(), mine("m2", 2)], [anItem()], NONE, ME);
    expect(keys(rows)).toEqual(["m1", "k1"]);
    expect(rows[1]).toHaveProperty("message.id", "m2");
  });

  it("are not taken for an older message with the same words, nor for a colleague's", () => {
    expect(reconcile([mine("old", 1)], [anItem()], NONE, ME)).toHaveLength(2);
    expect(reconcile([{ ...mine("m2", 2), author_id: "kevin" }], [anItem()], NONE, ME)).toHaveLength(2);
  });

  it("stay in sight when the server refused them, whatever else says the same", () => {
    expect(reconcile([mine("m2", 2)], [anItem({ state: "failed" })], NONE, ME)).toHaveLength(2);
  });

  it("never show twice, never vanish, never share a key, in whatever order events and answers come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: fc.constantFrom("好", "是"), seen: fc.boolean(), answered: fc.boolean() }), {
          maxLength: 8,
        }),
        (sends) => {
          const known = sends.map((send, index) => ({
            ...send,
            key: `k${index}`,
            id: `m${index}`,
            sequence: index + 2,
          }));
          const messages = known
            .filter(({ seen, answered }) => seen || answered)
            .map(({ id, sequence, text }) => mine(id, sequence, text));
          const items = known.filter(({ answered }) => !answered).map(({ key, text }) => anItem({ key, text }));
          const aliases = new Map(known.filter(({ answered }) => answered).map(({ id, key }) => [id, key]));
          const rows = reconcile(messages, items, aliases, ME);
          expect(rows).toHaveLength(sends.length);
          expect(new Set(keys(rows)).size).toBe(sends.length);
        },
      ),
    );
  });
});
