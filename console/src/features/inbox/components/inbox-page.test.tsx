import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Conversation, Message } from "@/lib/api/types";
import { FakeSocket } from "@/test/fake-socket";
import { aConversation, aMessage, aSession, ME } from "@/test/data";
import { type FakeApi, renderDesk } from "@/test/render-desk";
import { InboxPage } from "./inbox-page";

// jsdom has no layout: the virtual list sees room for ten rows.
beforeEach(() => {
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(760);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(400);
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
});

const first = aConversation({ id: "c1", unread_count: 2, last_message: null, sort_at: "2026-11-20T08:02:00Z" });
const second = aConversation({ id: "c2", customer: { id: "p2", name: "張家豪", picture_url: null, kind: "person" } });

const api = (more: FakeApi = {}): FakeApi => ({
  "GET /conversations": () => ({ conversations: [first, second], next_page_token: null, cursor: "e-5" }),
  "GET /conversations:count-unread": () => ({ conversations: 1 }),
  "GET /conversations/c1": () => first,
  "GET /conversations/c1/messages": () => ({
    messages: [aMessage({ text: "有貨嗎？" })],
    next_page_token: null,
    cursor: "e-5",
  }),
  ...more,
});

const inbox = (more: FakeApi = {}, at = "/inbox") =>
  renderDesk(<InboxPage />, aSession(), { path: "/inbox/:conversationId?", at, api: api(more) });
const rows = (): (string | null)[] =>
  screen.queryAllByRole("listitem").flatMap((item) =>
    within(item)
      .queryAllByRole("link")
      .map((link) => link.getAttribute("data-conversation")),
  );
const socket = async (): Promise<FakeSocket> => {
  await waitFor(() => expect(FakeSocket.opened).not.toHaveLength(0));
  const open = FakeSocket.opened.at(-1) as FakeSocket;
  open.tell({ type: "hello", cursor: "e-5" });
  return open;
};
const event = (cursor: string, type: string, data: { message?: Message; conversation?: Conversation }) => ({
  type,
  cursor,
  data,
});

describe("the inbox", () => {
  it("rule 2: listens from where the list was read, and moves a conversation up when somebody writes", async () => {
    inbox();
    await waitFor(() => expect(rows()).toEqual(["c1", "c2"]));
    const stream = await socket();
    expect(stream.cursor).toBe("e-5");
    stream.tell(
      event("e-6", "conversation.updated", {
        conversation: { ...second, version: 2, sort_at: "2026-11-20T09:00:00Z", unread_count: 1 },
      }),
    );
    await waitFor(() => expect(rows()).toEqual(["c2", "c1"]));
    stream.tell(
      event("e-7", "conversation.updated", {
        conversation: { ...second, version: 1, sort_at: "2026-11-20T07:00:00Z" },
      }),
    );
    stream.tell(event("e-8", "conversation.updated", { conversation: { ...first, version: 2, status: "closed" } }));
    await waitFor(() => expect(rows()).toEqual(["c2"]));
  });

  it("reads everything again when events were missed", async () => {
    const list = vi.fn(() => ({ conversations: [first], next_page_token: null, cursor: "e-5" }));
    inbox({ "GET /conversations": list });
    await waitFor(() => expect(rows()).toEqual(["c1"]));
    list.mockReturnValue({ conversations: [second], next_page_token: null, cursor: "f-1" });
    (await socket()).tell({ type: "reload", cursor: "f-1" });
    await waitFor(() => expect(rows()).toEqual(["c2"]));
  });

  it("shows a message as soon as it is written, and once, though the event comes before the answer", async () => {
    const answer = Promise.withResolvers<Message>();
    inbox({ "POST /conversations/c1/messages": () => answer.promise }, "/inbox/c1");
    await screen.findByText("有貨嗎？");
    const stream = await socket();
    await userEvent.type(screen.getByRole("textbox"), "有的{Enter}");
    expect(screen.getAllByText("有的")).toHaveLength(1);
    const bubble = screen.getByText("有的").closest("li");
    const stored = aMessage({
      id: "m2",
      direction: "outbound",
      author_id: ME,
      text: "有的",
      sequence: 2,
      sort_key: "00000000000002-0000000002",
      delivery_state: "queued",
    });
    stream.tell(
      event("e-6", "message.created", {
        message: stored,
        conversation: { ...first, version: 2, status: "processing", assignee_id: ME },
      }),
    );
    await screen.findByText("排隊中");
    expect(screen.getAllByText("有的")).toHaveLength(1);
    answer.resolve(stored);
    stream.tell(event("e-7", "message.updated", { message: { ...stored, version: 2, delivery_state: "sent" } }));
    await screen.findByText("已送出");
    expect(screen.getAllByText("有的")).toHaveLength(1);
    expect(screen.getByText("有的").closest("li")).toBe(bubble);
  });

  it("marks as read by opening, only while somebody looks, and only once", async () => {
    const open = vi.fn(() => ({ ...first, version: 2, unread_count: 0 }));
    const looking = vi.spyOn(document, "hasFocus").mockReturnValue(false);
    inbox({ "POST /conversations/c1:open": open }, "/inbox/c1");
    await screen.findByText("有貨嗎？");
    expect(open).not.toHaveBeenCalled();
    looking.mockReturnValue(true);
    window.dispatchEvent(new Event("focus"));
    await waitFor(() => expect(open).toHaveBeenCalledTimes(1));
    window.dispatchEvent(new Event("focus"));
    expect(open).toHaveBeenCalledTimes(1);
  });

  it("asks before it sends again what the customer may have", async () => {
    const retry = vi.fn(() => aMessage({ version: 2, direction: "outbound", delivery_state: "queued" }));
    const unsure = aMessage({
      direction: "outbound",
      author_id: ME,
      delivery_state: "unconfirmed",
      failure_code: "unconfirmed",
    });
    inbox(
      {
        "GET /conversations/c1/messages": () => ({ messages: [unsure], next_page_token: null, cursor: "e-5" }),
        "POST /conversations/c1/messages/m1:retry": retry,
      },
      "/inbox/c1",
    );
    await userEvent.click(await screen.findByRole("button", { name: "重試" }));
    const question = screen.getByRole("alertdialog");
    expect(retry).not.toHaveBeenCalled();
    await userEvent.click(within(question).getByRole("button", { name: "再傳一次" }));
    await screen.findByText("排隊中");
    expect(retry).toHaveBeenCalledTimes(1);
  });

  it("says what to do when a message failed, and shows unsent and edited ones as such", async () => {
    const messages = [
      aMessage({
        id: "m3",
        sequence: 3,
        sort_key: "3",
        direction: "outbound",
        delivery_state: "failed",
        failure_code: "token_expired",
      }),
      aMessage({ id: "m2", sequence: 2, sort_key: "2", text: "改成 L", edited: true }),
      aMessage({ id: "m1", sequence: 1, sort_key: "1", text: "", unsent: true }),
    ];
    inbox(
      { "GET /conversations/c1/messages": () => ({ messages, next_page_token: null, cursor: "e-5" }) },
      "/inbox/c1",
    );
    expect(await screen.findByText(/更新憑證後重試/)).toBeInTheDocument();
    expect(screen.getByText("林小晴收回了訊息")).toBeInTheDocument();
    expect(screen.getByText("已編輯")).toBeInTheDocument();
  });

  it("says that a conversation is gone, and leads back", async () => {
    inbox(
      {
        "GET /conversations/c9": () => new Response("{}", { status: 404 }),
        "GET /conversations/c9/messages": () => new Response("{}", { status: 404 }),
      },
      "/inbox/c9",
    );
    expect(await screen.findByText("找不到這個對話")).toBeInTheDocument();
  });

  it("offers to read the list again when it could not be read", async () => {
    const list = vi.fn<() => unknown>(
      () => new Response(JSON.stringify({ detail: "Nothing works today." }), { status: 400 }),
    );
    inbox({ "GET /conversations": list });
    expect(await screen.findByText("Nothing works today.")).toBeInTheDocument();
    list.mockReturnValue({ conversations: [first], next_page_token: null, cursor: "e-5" });
    await userEvent.click(screen.getByRole("button", { name: "重試" }));
    await waitFor(() => expect(rows()).toEqual(["c1"]));
  });

  it("rules 21 and 25: asks the server for what the filters say, and keeps them in the address", async () => {
    const asked: string[] = [];
    inbox({
      "GET /conversations": ({ url }) => {
        asked.push(url.search);
        return { conversations: [], next_page_token: null, cursor: "e-5" };
      },
    });
    await screen.findByText("待處理的都接起來了");
    await userEvent.click(screen.getByRole("radio", { name: "處理中" }));
    await userEvent.click(screen.getByRole("button", { name: "我的" }));
    await userEvent.click(screen.getByRole("button", { name: "未讀" }));
    await waitFor(() => expect(asked.at(-1)).toContain("status=processing&assignee=me&unread=true"));
    expect(await screen.findByText("沒有符合篩選條件的對話")).toBeInTheDocument();
  });

  it("rule 1: keeps orders in a tab of their own", async () => {
    const asked: string[] = [];
    inbox({
      "GET /conversations": ({ url }) => {
        asked.push(url.search);
        return { conversations: [first, { ...second, channel: "order" }], next_page_token: null, cursor: "e-5" };
      },
    });
    await waitFor(() => expect(rows()).toEqual(["c1"]));
    await userEvent.click(screen.getByRole("radio", { name: "訂單訊息" }));
    await waitFor(() => expect(rows()).toEqual(["c2"]));
    expect(asked).toEqual([expect.stringContaining("tab=shop"), expect.stringContaining("tab=order")]);
  });

  it("rules 11 and 12: marks who came from an ad, and filters by one of the newest, each with the way to it", async () => {
    const ad = { ad_id: "120", title: "秋季特賣", url: "https://fb.test/ads/120", picture_url: null, seen_at: null };
    const asked: string[] = [];
    inbox({
      "GET /conversations": ({ url }) => {
        asked.push(url.search);
        return { conversations: [{ ...first, ad }, second], next_page_token: null, cursor: "e-5" };
      },
      "GET /ad-sources": () => ({ sources: [{ ...ad, channel: "facebook" }] }),
    });
    await waitFor(() => expect(rows()).toEqual(["c1", "c2"]));
    expect(within(screen.getAllByRole("listitem")[0] as HTMLElement).getByText("廣告")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "依廣告篩選" }));
    expect(await screen.findByRole("link", { name: "查看廣告：秋季特賣" })).toHaveAttribute("href", ad.url);
    await userEvent.click(screen.getByRole("button", { name: /^Facebook秋季特賣|秋季特賣$/ }));
    await waitFor(() => expect(rows()).toEqual(["c1"]));
    expect(asked.at(-1)).toContain("from_ad=true&ad_id=120");
  });
});
