import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { aConversation, anAccount, aSession } from "@/test/data";
import { renderDesk } from "@/test/render-desk";
import { InboxPage } from "./inbox-page";

// jsdom has no layout: the virtual list sees room for ten rows.
beforeEach(() => {
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(760);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(400);
});

const accounts = [
  anAccount({ id: "line-1", channel: "line", name: "官方帳號" }),
  anAccount({ id: "page-1", channel: "facebook", name: "粉絲專頁" }),
  anAccount({ id: "old", channel: "facebook", name: "Left", state: "disconnected" }),
  anAccount({ id: "shop", channel: "order", name: "Orders" }),
];

function inbox(connected = accounts, at = "/inbox") {
  const list = vi.fn((_request: { url: URL }) => ({
    conversations: [aConversation({ id: "c1", account_id: "line-1" })],
    next_page_token: null,
    cursor: "e-1",
  }));
  renderDesk(<InboxPage />, aSession(), {
    path: "/inbox/:conversationId?",
    at,
    api: {
      "GET /conversations": list,
      "GET /conversations/c1": () => aConversation({ id: "c1", account_id: "line-1" }),
      "GET /conversations:count-unread": () => ({ conversations: 0 }),
      "GET /channel-accounts": () => ({ channel_accounts: connected, next_page_token: null }),
    },
  });
  return list;
}

describe("the strip of accounts", () => {
  it("rule 18: an icon switches to one account, and every row says whose it is", async () => {
    const list = inbox();
    await userEvent.click(await screen.findByRole("radio", { name: /粉絲專頁/ }));
    await waitFor(() => expect(screen.getByRole("radio", { name: /粉絲專頁/ })).toBeChecked());
    await waitFor(() => expect(list.mock.calls.at(-1)?.[0].url.searchParams.get("account_id")).toBe("page-1"));
    await userEvent.click(screen.getAllByRole("radio")[0] as HTMLElement);
    await waitFor(() => expect(document.querySelector("[data-conversation=c1]")).toHaveTextContent("官方帳號"));
  });

  it("shows the tab's own accounts that are connected, and nothing where there is one", async () => {
    inbox();
    await screen.findByRole("radio", { name: /官方帳號/ });
    expect(screen.queryByRole("radio", { name: /Left|Orders/ })).toBeNull();
  });

  it("rule 18: the account's name above a thread narrows the list as it is", async () => {
    const list = inbox(accounts, "/inbox/c1?status=processing&channel=line");
    const link = await screen.findByRole("link", { name: "官方帳號" });
    await userEvent.click(link);
    await waitFor(() => expect(list.mock.calls.at(-1)?.[0].url.searchParams.get("account_id")).toBe("line-1"));
    const asked = list.mock.calls.at(-1)?.[0].url.searchParams;
    expect([asked?.get("status"), asked?.get("channel")]).toEqual(["processing", null]);
    expect(screen.getByRole("link", { name: "官方帳號" })).toBeInTheDocument();
  });

  it.each([
    ["is no longer connected", "old", /Left/],
    ["is not known", "gone", /^全部$/],
  ])("leads back to all when the account chosen %s", async (_, id, shown) => {
    const list = inbox(accounts.slice(0, 1).concat(accounts.slice(2, 3)), `/inbox?account=${id}`);
    expect(await screen.findByRole("radio", { name: shown })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("radio", { name: "全部" }));
    await waitFor(() => expect(list.mock.calls.at(-1)?.[0].url.searchParams.has("account_id")).toBe(false));
  });

  it("tells several accounts of a channel apart by what stands beside their icons", async () => {
    const outlet = anAccount({ id: "line-2", channel: "line", name: "官方暢貨" });
    inbox([...accounts, outlet]);
    expect(await screen.findByRole("radio", { name: /官方帳號/ })).toHaveTextContent("帳號");
    expect(screen.getByRole("radio", { name: /官方暢貨/ })).toHaveTextContent("暢貨");
    expect(screen.getByRole("radio", { name: /粉絲專頁/ })).toHaveTextContent(/^$/);
  });
});
