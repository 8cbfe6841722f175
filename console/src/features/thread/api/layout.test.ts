import { describe, expect, it } from "vitest";
import type { ThreadRow } from "@/lib/outbox/reconcile";
import { aMessage, ME } from "@/test/data";
import { layOut } from "./layout";
import { firstUnread } from "./unread-divider";

const row = (id: string, sent_at: string, fields = {}): ThreadRow => ({
  key: id,
  message: aMessage({ id, sent_at, ...fields }),
});

describe("the layout of a thread", () => {
  it("puts a line before each day, and together what one writer wrote in one go", () => {
    const rows = [
      row("a", "2026-11-18T08:00:00Z"),
      row("b", "2026-11-18T08:01:00Z"),
      row("c", "2026-11-18T08:20:00Z"),
      row("d", "2026-11-18T08:20:30Z", { direction: "outbound", author_id: ME }),
      row("e", "2026-11-20T08:00:00Z", { direction: "outbound", author_id: ME }),
    ];
    const placed = layOut(rows, "c", ME);
    expect(placed.map(({ day }) => day !== null)).toEqual([true, false, false, false, true]);
    expect(placed.map(({ first }) => first)).toEqual([true, false, true, true, true]);
    expect(placed.map(({ last }) => last)).toEqual([false, true, true, true, true]);
    expect(placed.map(({ unread }) => unread)).toEqual([false, false, true, false, false]);
  });

  it("finds where reading begins among the customer's messages", () => {
    const messages = [
      aMessage({ id: "a" }),
      aMessage({ id: "b" }),
      aMessage({ id: "c", direction: "outbound" }),
      aMessage({ id: "d" }),
    ];
    expect(firstUnread(messages, 2)).toBe("b");
    expect(firstUnread(messages, 0)).toBeNull();
    expect(firstUnread(messages, 99)).toBe("a");
  });
});
