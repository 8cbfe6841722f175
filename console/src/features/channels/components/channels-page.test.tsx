import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { AuditPage } from "@/features/audit/components/audit-page";
import { aSession, anAccount } from "@/test/data";
import { type FakeApi, problem, renderDesk } from "@/test/render-desk";
import { ChannelsPage } from "./channels-page";

const account = anAccount({
  state: "reconnect",
  state_reason: "token_expired",
  queue: { state: "reconnect", reason: "token_expired", waiting: 12, oldest_queued_at: null, last_sent_at: null },
});
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

  it("tell where an app of the shop's own posts requests for deletion, where the platform makes such", async () => {
    const url = "https://desk.test/webhooks/meta/data-deletion/a1";
    const { unmount } = show();
    await screen.findByRole("textbox", { name: "Webhook 網址" });
    expect(screen.queryByText("使用自己的 Meta App")).not.toBeInTheDocument();
    unmount();
    show({
      "GET /channel-accounts": () => ({
        channel_accounts: [{ ...account, channel: "facebook", data_deletion_url: url }],
        next_page_token: null,
      }),
    });
    await userEvent.click(await screen.findByText("使用自己的 Meta App"));
    expect(screen.getByRole("textbox", { name: "資料刪除回呼網址" })).toHaveValue(url);
  });

  it("connect LINE by hand, and then show the address to take there", async () => {
    const connect = vi.fn(() => ({ ...account, state: "active" }));
    show({ "POST /channel-accounts": connect });
    await userEvent.click(await screen.findByRole("button", { name: "連接渠道" }));
    await userEvent.click(screen.getByRole("button", { name: /^LINE/ }));
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

  it("take nobody's look at the fields of an own app for having one", async () => {
    const connect = vi.fn((_request: { body: unknown }) => ({ ...account, channel: "facebook" }));
    show({
      "GET /channel-accounts": () => ({ channel_accounts: [], next_page_token: null }),
      "POST /channel-accounts": connect,
    });
    await userEvent.click(await screen.findByRole("button", { name: "連接渠道" }));
    await userEvent.click(screen.getByRole("button", { name: /Facebook/ }));
    await userEvent.type(screen.getByLabelText("名稱"), "信義店");
    await userEvent.type(screen.getByLabelText("粉絲專頁 ID"), "1");
    await userEvent.type(screen.getByLabelText("存取權杖"), "token");
    await userEvent.click(screen.getByText("使用自己的 Meta App"));
    await waitFor(() => expect(screen.getByLabelText("驗證權杖")).not.toHaveValue(""));
    await userEvent.click(screen.getByText("使用自己的 Meta App"));
    await waitFor(() => expect(screen.getByLabelText("驗證權杖")).toHaveValue(""));
    await userEvent.click(screen.getByRole("button", { name: "連接" }));
    await screen.findByText("信義店 已建立。");
    expect(connect.mock.calls[0]?.[0].body).toMatchObject({ credentials: { access_token: "token" } });
    expect(JSON.stringify(connect.mock.calls[0]?.[0].body)).not.toContain("verify_token");
  });

  it("say on its field that an address for answers cannot be called", async () => {
    const field = "credentials.answer_url";
    show({
      "GET /channel-accounts": () => ({ channel_accounts: [], next_page_token: null }),
      "POST /channel-accounts": () => problem(422, { code: "address_not_allowed", errors: [{ field, message: "…" }] }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "連接渠道" }));
    await userEvent.click(screen.getByRole("button", { name: /訂單/ }));
    await userEvent.type(screen.getByLabelText("名稱"), "信義店");
    await userEvent.type(screen.getByLabelText("回覆網址"), "http://127.0.0.1:9977/answers");
    await userEvent.click(screen.getByRole("button", { name: "連接" }));
    expect(await screen.findByText(/無法呼叫這個網址/)).toBeInTheDocument();
    expect(screen.getByLabelText("回覆網址")).toBeInvalid();
  });

  it("lead to the platform's dialog, and back to what it found", async () => {
    const connect = vi.fn(() => ({
      results: [
        { provider_id: "p1", account },
        { provider_id: "p2", account: null, failure_code: "channel_account_connected", failure_detail: "" },
        { provider_id: "p3", account: null, failure_code: "channel_account_connected", failure_detail: "" },
      ],
    }));
    const found = [
      { provider_id: "p1", name: "小日子選物", handle: null, account_id: null },
      { provider_id: "p2", name: "小日子咖啡", handle: null, account_id: null },
      { provider_id: "p3", name: "小日子花店", handle: null, account_id: "a3" },
    ];
    renderDesk(<ChannelsPage />, aSession("admin", ["manage_channels"]), {
      path: "/settings/channels",
      at: "/settings/channels?connection=k1",
      api: {
        "GET /channel-accounts": () => ({ channel_accounts: [account], next_page_token: null }),
        "GET /connections/k1": () => ({ id: "k1", channel: "facebook", state: "ready", accounts: found }),
        "POST /connections/k1:connect": connect,
      },
    });
    expect(await screen.findByRole("button", { name: "連接 2 個帳號" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("checkbox", { name: /小日子花店/ }));
    await userEvent.click(screen.getByRole("button", { name: "連接 3 個帳號" }));
    expect(await screen.findByText("已連接 1 個帳號。")).toBeInTheDocument();
    expect(screen.getByText("小日子咖啡：這個平台帳號由另一個團隊連接中，請先在那邊中斷。")).toBeInTheDocument();
    expect(screen.getByText("小日子花店：這個平台帳號已在這裡連接。")).toBeInTheDocument();
    expect(connect).toHaveBeenCalledWith(expect.objectContaining({ body: { provider_ids: ["p1", "p2", "p3"] } }));
  });

  it("warn of silence, of lost redeliveries and of a quota that ends", async () => {
    const health = {
      last_event_at: null,
      last_sent_at: null,
      token_state: "ok",
      webhook_silent: true,
      redelivery_warning: true,
      quota: { limit: 500, used: 480 },
    };
    show({
      "GET /channel-accounts": () => ({
        channel_accounts: [{ ...account, state: "active", health }],
        next_page_token: null,
      }),
    });
    expect(await screen.findByText(/好一陣子沒有收到/)).toBeInTheDocument();
    expect(screen.getByText(/Webhook redelivery/)).toBeInTheDocument();
    expect(screen.getByText(/快用完了/)).toBeInTheDocument();
    expect(screen.getByText("480 / 500")).toBeInTheDocument();
  });

  it("bring a disconnected account back with new credentials", async () => {
    const reconnect = vi.fn(() => account);
    show({
      "GET /channel-accounts": () => ({
        channel_accounts: [{ ...account, state: "disconnected" }],
        next_page_token: null,
      }),
      "POST /channel-accounts/a1:reconnect": reconnect,
    });
    await userEvent.click(await screen.findByRole("button", { name: "重新連接" }));
    await userEvent.type(screen.getByLabelText("Channel secret"), "secret");
    await userEvent.type(screen.getByLabelText("Channel access token"), "token");
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "重新連接" }));
    await waitFor(() =>
      expect(reconnect).toHaveBeenCalledWith(
        expect.objectContaining({ body: { credentials: { channel_secret: "secret", access_token: "token" } } }),
      ),
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
