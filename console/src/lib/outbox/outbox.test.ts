import { describe, expect, it, vi } from "vitest";
import { ApiError, NetworkError } from "@/lib/api/errors";
import type { Message } from "@/lib/api/types";
import { aMessage } from "@/test/data";
import type { OutboxItem } from "./item";
import { Outbox } from "./outbox";

type Send = (item: OutboxItem) => Promise<Message>;

function anOutbox(send: Send, stored: OutboxItem[] = []) {
  let saved = stored;
  let count = 0;
  let now = Date.parse("2026-11-20T08:00:00Z");
  const accepted: Message[] = [];
  const newKey = (): string => {
    count += 1;
    return `key-${count}`;
  };
  const outbox = new Outbox({
    send,
    onAccepted: (message) => void accepted.push(message),
    load: () => saved,
    save: (items) => {
      saved = items;
    },
    now: () => now,
    newKey,
  });
  const later = (ms: number): void => {
    now += ms;
  };
  return { outbox, accepted, saved: () => saved, later };
}

const accept: Send = async ({ text }) => aMessage({ id: `m-${text}`, text });
const settled = () => vi.waitFor(() => undefined);

describe("the outbox", () => {
  it("lets an item go only when the server has it, and remembers which message it became", async () => {
    const { outbox, accepted, saved } = anOutbox(accept);
    outbox.add("c1", { text: "好" }, 0);
    expect(saved()).toMatchObject([{ key: "key-1", text: "好", state: "sending" }]);
    await vi.waitFor(() => expect(saved()).toEqual([]));
    expect(accepted).toMatchObject([{ id: "m-好" }]);
    expect(outbox.aliases.get().get("m-好")).toBe("key-1");
  });

  it("keeps one Idempotency-Key over every try, its own and those by hand", async () => {
    vi.useFakeTimers();
    const used: string[] = [];
    const answers = [
      new NetworkError(null),
      new ApiError(503, {}),
      new ApiError(403, { code: "permission_denied" }),
      null,
    ];
    const { outbox, saved } = anOutbox(async (item) => {
      used.push(item.key);
      const error = answers[used.length - 1];
      if (error) throw error;
      return accept(item);
    });
    outbox.add("c1", { text: "好" }, 0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saved()).toMatchObject([{ state: "failed", failure: { code: "permission_denied", unclear: false } }]);
    outbox.retry("key-1");
    await vi.advanceTimersByTimeAsync(0);
    expect(used).toEqual(["key-1", "key-1", "key-1", "key-1"]);
    expect(saved()).toEqual([]);
  });

  it("sends one conversation's messages one after the other, and holds later ones back while one waits", async () => {
    vi.useFakeTimers();
    const order: string[] = [];
    const { outbox } = anOutbox(async (item) => {
      order.push(item.text);
      if (order.length === 1) throw new NetworkError(null);
      return accept(item);
    });
    outbox.add("c1", { text: "first" }, 0);
    outbox.add("c1", { text: "second" }, 0);
    outbox.add("c2", { text: "elsewhere" }, 0);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(order).toEqual(["first", "elsewhere", "first", "second"]);
  });

  it("keeps a refused text until its writer throws it away, and goes on with the next", async () => {
    const { outbox, saved } = anOutbox(async (item) => {
      if (item.text === "no")
        throw new ApiError(403, { code: "handled_by_colleague", detail: "A colleague handles it." });
      return accept(item);
    });
    outbox.add("c1", { text: "no" }, 0);
    outbox.add("c1", { text: "yes" }, 0);
    await vi.waitFor(() => expect(saved()).toMatchObject([{ text: "no", state: "failed" }]));
    expect(outbox.pending).toBe(true);
    outbox.discard("key-1");
    expect(saved()).toEqual([]);
  });

  it("does not send behind the writer's back after two minutes: then a person decides", async () => {
    vi.useFakeTimers();
    const { outbox, saved, later } = anOutbox(async () => {
      later(150_000);
      throw new NetworkError(null);
    });
    outbox.add("c1", { text: "好" }, 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(saved()).toMatchObject([{ state: "failed", failure: { unclear: true } }]);
  });

  it("goes on after a reload with what this tab had not sent, under the same key", async () => {
    const used: string[] = [];
    const stored: OutboxItem[] = [
      {
        key: "before",
        conversationId: "c1",
        text: "好",
        createdAt: "2026-11-20T07:59:50Z",
        afterSequence: 0,
        state: "sending",
      },
    ];
    const { outbox, saved } = anOutbox(async (item) => {
      used.push(item.key);
      return accept(item);
    }, stored);
    await settled();
    expect(used).toEqual([]);
    outbox.resume();
    await vi.waitFor(() => expect(saved()).toEqual([]));
    expect(used).toEqual(["before"]);
  });
});
