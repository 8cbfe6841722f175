import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Conversation } from "@/lib/api/types";
import type { Permission } from "@/lib/api/types";
import { aConversation, aMessage, aSession, aTeammate } from "@/test/data";
import { type FakeApi, renderDesk } from "@/test/render-desk";
import { Composer } from "./composer";

const sent = (): { texts: unknown[]; keys: (string | null)[]; api: FakeApi } => {
  const texts: unknown[] = [];
  const keys: (string | null)[] = [];
  const api: FakeApi = {
    "POST /conversations/c1/messages": ({ body, headers }) => {
      texts.push((body as { text: string }).text);
      keys.push(headers.get("Idempotency-Key"));
      return aMessage({ id: `m${texts.length}`, direction: "outbound", author_id: "me" });
    },
    "GET /teammates": () => ({
      teammates: [aTeammate({ id: "kevin", name: "Kevin Wu" })],
      total: 1,
      next_page_token: null,
    }),
  };
  return { texts, keys, api };
};

const compose = (
  api: FakeApi = {},
  conversation: Partial<Conversation> = {},
  permissions: Permission[] = ["send_messages"],
) =>
  renderDesk(
    <Composer conversation={aConversation(conversation)} afterSequence={0} />,
    aSession("cs_agent", permissions),
    { api },
  );

const field = () => screen.getByRole("textbox");

describe("the composer", () => {
  it("sends with Enter, under a key of its own, and empties itself", async () => {
    const { texts, keys, api } = sent();
    compose(api);
    await userEvent.type(field(), "第一行{Shift>}{Enter}{/Shift}第二行{Enter}");
    await waitFor(() => expect(texts).toEqual(["第一行\n第二行"]));
    expect(field()).toHaveValue("");
    await userEvent.type(field(), "好{Enter}");
    await waitFor(() => expect(new Set(keys).size).toBe(2));
  });

  it("does not send while an input method is composing, nor with the Enter that ends the composition", async () => {
    const { texts, api } = sent();
    compose(api);
    fireEvent.change(field(), { target: { value: "ㄋㄧˇ" } });
    fireEvent.compositionStart(field());
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 13, isComposing: true });
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 229 });
    fireEvent.compositionEnd(field());
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 13 });
    fireEvent.keyUp(field(), { key: "Enter", keyCode: 13 });
    expect(field()).toHaveValue("ㄋㄧˇ");
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 13 });
    await waitFor(() => expect(texts).toEqual(["ㄋㄧˇ"]));
  });

  it("keeps a draft for each conversation over a reload", async () => {
    const { unmount } = compose();
    await userEvent.type(field(), "還沒寫完");
    unmount();
    const other = compose({}, { id: "c2" });
    expect(field()).toHaveValue("");
    other.unmount();
    compose();
    expect(field()).toHaveValue("還沒寫完");
  });

  it("does not send more than the channel takes, and says by how much it is too long", async () => {
    const { texts, api } = sent();
    compose(api);
    fireEvent.change(field(), { target: { value: "字".repeat(5003) } });
    expect(screen.getByRole("alert")).toHaveTextContent("超出 3 字");
    await userEvent.type(field(), "{Enter}");
    expect(texts).toEqual([]);
  });

  it("rule 33, the emoji: puts an emoji where the cursor is", async () => {
    compose();
    await userEvent.type(field(), "謝謝");
    await userEvent.click(screen.getByRole("button", { name: "表情符號" }));
    await userEvent.click(screen.getByRole("option", { name: "🙏" }));
    await waitFor(() => expect(field()).toHaveValue("謝謝🙏"));
  });

  it("says whose conversation it is and how to ask for it, and offers no field", async () => {
    const { api } = sent();
    compose(api, { status: "processing", assignee_id: "kevin" });
    expect(await screen.findByText(/由Kevin Wu處理中/)).toHaveTextContent("轉移給你");
    expect(screen.queryByRole("textbox")).toBeNull();
  });

  it("rule 22: says before it is sent that an answer takes the conversation over", () => {
    compose();
    expect(field()).toHaveAccessibleDescription("送出後由你接手這個對話");
  });

  it("says why a customer cannot be answered", () => {
    compose({}, { can_reply: false, cannot_reply_reason: "blocked" });
    expect(screen.getByRole("status")).toHaveTextContent("封鎖");
  });

  it("offers no field to a role that may not send", () => {
    vi.stubGlobal("fetch", vi.fn());
    compose({}, {}, []);
    expect(screen.queryByRole("textbox")).toBeNull();
  });
});
