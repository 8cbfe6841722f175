import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeSocket } from "@/test/fake-socket";
import { aConversation, aMessage, aSession } from "@/test/data";
import { renderDesk } from "@/test/render-desk";
import { Shell } from "./shell";

describe("the frame", () => {
  it("rule 117, the tab: shows the unread total in the tab's title", async () => {
    renderDesk(<Shell />, aSession(), { api: { "GET /conversations:count-unread": () => ({ conversations: 3 }) } });
    await waitFor(() => expect(document.title).toBe("(3) Frontdesk"));
  });

  it("rule 105: leads an agent to the inbox and the team, an admin to all", () => {
    const { unmount } = renderDesk(<Shell />, aSession());
    expect(screen.getAllByRole("link").map((link) => link.textContent)).toEqual(["跳到主要內容", "收件匣", "團隊"]);
    unmount();
    renderDesk(<Shell />, aSession("admin", ["manage_channels", "manage_settings"]));
    expect(screen.getAllByRole("link").map((link) => link.textContent)).toEqual([
      "跳到主要內容",
      "收件匣",
      "團隊",
      "渠道",
      "事件帳",
      "稽核",
    ]);
  });

  it("tells screen readers of a customer's new message", async () => {
    renderDesk(<Shell />, aSession());
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(1), { timeout: 3_000 });
    const socket = FakeSocket.opened[0];
    socket?.tell({ type: "hello", cursor: "e-1" });
    socket?.tell({
      type: "message.created",
      cursor: "e-2",
      data: { message: aMessage({ text: "在嗎？" }), conversation: aConversation() },
    });
    await waitFor(() => expect(screen.getByRole("log")).toHaveTextContent("林小晴傳來新訊息：在嗎？"));
  });
});
