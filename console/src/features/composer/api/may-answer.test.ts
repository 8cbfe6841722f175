import { describe, expect, it } from "vitest";
import { aConversation, ME } from "@/test/data";
import { mayAnswer, mayTakeOver } from "./may-answer";

const others = aConversation({ status: "processing", assignee_id: "kevin" });

describe("who may answer", () => {
  it("rule 22: an open conversation may be answered and taken over by whoever may send", () => {
    expect(mayAnswer(aConversation(), ["send_messages"], ME)).toEqual({ kind: "yes" });
    expect(mayTakeOver(aConversation(), ["send_messages"], ME)).toBe(true);
    expect(mayTakeOver(aConversation({ status: "processing", assignee_id: ME }), ["send_messages"], ME)).toBe(false);
  });

  it("rule 22: a colleague's needs a permission, and without it says whose it is", () => {
    expect(mayAnswer(others, ["send_messages"], ME)).toEqual({ kind: "colleague", assigneeId: "kevin" });
    expect(mayTakeOver(others, ["send_messages"], ME)).toBe(false);
    expect(mayAnswer(others, ["send_messages", "answer_others"], ME)).toEqual({ kind: "yes" });
    expect(mayTakeOver(others, ["send_messages", "answer_others"], ME)).toBe(true);
  });

  it("a closed conversation is not answered", () => {
    const closed = aConversation({ status: "closed", assignee_id: ME });
    expect(mayAnswer(closed, ["send_messages"], ME)).toEqual({ kind: "closed" });
    expect(mayTakeOver(closed, ["send_messages"], ME)).toBe(false);
  });

  it("nobody answers where nothing would arrive, or without the permission", () => {
    expect(
      mayAnswer(aConversation({ can_reply: false, cannot_reply_reason: "blocked" }), ["send_messages"], ME),
    ).toEqual({
      kind: "cannot",
      reason: "blocked",
    });
    expect(mayAnswer(aConversation(), [], ME)).toEqual({ kind: "no-permission" });
  });

  it("after the window only templates may be sent, where the platform has them", () => {
    const over = { reply_window: { state: "templates" as const, closes_at: null } };
    expect(mayAnswer(aConversation(over), ["send_messages"], ME)).toEqual({ kind: "templates" });
    expect(
      mayAnswer(
        aConversation({ ...over, can_reply: false, cannot_reply_reason: "window_closed" }),
        ["send_messages"],
        ME,
      ),
    ).toEqual({ kind: "templates" });
    expect(
      mayAnswer(aConversation({ reply_window: { state: "closed", closes_at: null } }), ["send_messages"], ME),
    ).toEqual({ kind: "cannot", reason: "window_closed" });
    expect(
      mayAnswer(aConversation({ reply_window: { state: "human_agent", closes_at: null } }), ["send_messages"], ME),
    ).toEqual({ kind: "yes" });
  });
});
