import { describe, expect, it, vi } from "vitest";
import { aConversation, aMessage } from "@/test/data";
import { Live } from "./live";

describe("what events told", () => {
  it("drops a conversation or message older than the one held, and the same one again", () => {
    const live = new Live();
    expect(live.apply({ conversation: aConversation({ version: 5, status: "processing" }) })).toHaveProperty(
      "conversation",
    );
    expect(live.apply({ conversation: aConversation({ version: 4, status: "open" }) })).toEqual({});
    expect(live.apply({ conversation: aConversation({ version: 5, status: "open" }) })).toEqual({});
    live.apply({ message: aMessage({ version: 2, delivery_state: "read" }) });
    live.apply({ message: aMessage({ version: 1, delivery_state: "sent" }) });
    live.flush();
    expect(live.conversations.get().get("c1")?.status).toBe("processing");
    expect(live.threads.get().get("c1")?.get("m1")?.delivery_state).toBe("read");
  });

  it("shows a burst in one update", () => {
    vi.useFakeTimers();
    const live = new Live();
    const listener = vi.fn();
    live.conversations.subscribe(listener);
    for (let version = 1; version <= 100; version += 1) live.apply({ conversation: aConversation({ version }) });
    vi.advanceTimersByTime(100);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("asks for a fresh start rather than growing without end", () => {
    const overflow = vi.fn();
    const live = new Live(overflow);
    for (let index = 0; index <= 4_000; index += 1) live.apply({ conversation: aConversation({ id: `c${index}` }) });
    expect(overflow).toHaveBeenCalled();
  });
});
