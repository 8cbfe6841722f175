import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { AuditPage } from "@/features/audit/components/audit-page";
import type { ChannelAccount } from "@/lib/api/types";
import { aSession } from "@/test/data";
import { type FakeApi, renderDesk } from "@/test/render-desk";
import { ChannelsPage } from "./channels-page";

const account: ChannelAccount = {
  id: "a1",
  channel: "line",
  name: "信義店",
  state: "reconnect",
  state_reason: "token_expired",
  provider_id: "U1",
  webhook_url: "https://desk.test/webhooks/line/a1",
  queue: { state: "reconnect", reason: "token_expired", waiting: 12, oldest_queued_at: null, last_sent_at: null },
  created_at: "2026-11-01T00:00:00Z",
  version: 1,
};
const show = (api: FakeApi = {}) =>
  renderDesk(<ChannelsPage />, aSession("admin", ["manage_channels"]), {
    api: { "GET /channel-accounts": () => ({ channel_accounts: [account], next_page_token: null }), ...api },
  });

describe("the channels", () => {
  it("rule 105: are not for roles without the permission, nor is the audit log", () => {
    const { unmount } = renderDesk(<ChannelsPage />, aSession());
    expect(screen.getByText("你沒有這一頁的權限")).toBeInTheDocument();
    unmount();
    renderDesk(<AuditPage />, aSession());
    expect(screen.getByText("你沒有這一頁的權限")).toBeInTheDocument();
  });

  it("say what is wrong with an account, what waits, and what to do", async () => {
    show();
    expect(await screen.findByText(/請更新憑證/)).toBeInTheDocument();
    expect(screen.getByText("12 則")).toBeInTheDocument();
    expect(screen.getByRole("textbox", { name: "Webhook 網址" })).toHaveValue("https://desk.test/webhooks/line/a1");
  });

  it("connect LINE, and then show the address to take there", async () => {
    const connect = vi.fn(() => ({ ...account, state: "active" }));
    show({ "POST /channel-accounts": connect });
    await userEvent.click(await screen.findByRole("button", { name: "連接 LINE" }));
    await userEvent.type(screen.getByRole("textbox", { name: "名稱" }), "信義店");
    await userEvent.type(screen.getByRole("textbox", { name: "Bot User ID" }), "U1");
    await userEvent.type(screen.getByLabelText("Channel secret"), "secret");
    expect(screen.getByRole("button", { name: "連接" })).toBeDisabled();
    await userEvent.type(screen.getByLabelText("Channel access token"), "token");
    await userEvent.click(screen.getByRole("button", { name: "連接" }));
    expect(await screen.findByText("信義店 已建立。")).toBeInTheDocument();
    expect(connect).toHaveBeenCalledWith(
      expect.objectContaining({
        body: {
          channel: "line",
          name: "信義店",
          provider_id: "U1",
          credentials: { channel_secret: "secret", access_token: "token" },
        },
      }),
    );
  });

  it("disconnect only after a question", async () => {
    const disconnect = vi.fn(() => account);
    show({ "POST /channel-accounts/a1:disconnect": disconnect });
    await userEvent.click(await screen.findByRole("button", { name: "中斷連接" }));
    expect(disconnect).not.toHaveBeenCalled();
    await userEvent.click(await screen.findByRole("button", { name: "中斷連接" }));
    await waitFor(() => expect(disconnect).toHaveBeenCalledTimes(1));
  });
});
