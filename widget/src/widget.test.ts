import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Options } from "./options.ts";
import { Widget } from "./widget.ts";

const OPTIONS: Options = {
  account: "a-1",
  memberToken: "",
  language: "en",
  page: "other",
  product: { priceHidden: false, inStock: true, backorder: false },
};
const CONFIG = { name: "Shop", chat: true, form: true, text_limit: 20, image_types: ["image/png"], image_bytes: 1e6 };
const MEMBER = { name: "Mei", email: "mei@shop.test", phone: "" };

let asked: { path: string; method: string; token: string; body: unknown }[] = [];
let member: typeof MEMBER | null = null;
let refused: { code: string; detail: string } | null = null;

const said = (id: string) => ({
  id,
  client_id: "",
  direction: "outbound",
  text: `text of ${id}`,
  images: [],
  sent_at: "2026-11-20T08:00:00Z",
});
let pages: Record<string, object> = {};
let held: Promise<void> | null = null;
let arrive: () => void = () => {};
let listening: ((news: object) => void) | null = null;

function answer(path: string): unknown {
  if (path.endsWith("/config")) return CONFIG;
  if (path.endsWith("/sessions")) return { visitor_token: "v-1", member };
  const page = pages[new URL(path).searchParams.get("page_token") ?? ""];
  if (path.includes("/messages")) return page ?? { messages: [], next_page_token: "", cursor: "c" };
  return { id: "f-1", answered_by: member ? "member" : "phone" };
}

beforeEach(() => {
  asked = [];
  member = null;
  refused = null;
  pages = {};
  held = null;
  listening = null;
  localStorage.clear();
  document.body.replaceChildren();
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
    },
  );
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (url.includes("/news")) {
      return new Promise((resolve) => (listening = (news) => resolve(new Response(JSON.stringify(news)))));
    }
    const headers = init.headers as Record<string, string>;
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    asked.push({ path: url, method: String(init.method), token: headers["Authorization"] ?? "", body });
    if (url.includes("/messages")) await held;
    if (refused && headers["Authorization"]) return new Response(JSON.stringify(refused), { status: 401 });
    return new Response(JSON.stringify(answer(url)));
  });
});
afterEach(() => vi.unstubAllGlobals());

function root(): ShadowRoot {
  const found = document.querySelector("[data-frontdesk]")?.shadowRoot;
  if (!found) throw new Error("the widget is not on the page");
  return found;
}

function one<E extends Element>(selector: string): E {
  const found = root().querySelector<E>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}

function field(id: string): HTMLInputElement {
  return one(`#fd-${id}`);
}

/** The desk tells what is new to the widget, as soon as that listens. */
async function tell(...messages: object[]): Promise<void> {
  await vi.waitFor(() => expect(listening).not.toBeNull());
  listening?.({ messages, cursor: "c-2" });
}

function submit(form: string): void {
  one(form).dispatchEvent(new Event("submit", { cancelable: true }));
}

describe("the widget", () => {
  it("asks nothing of the desk before it is opened", () => {
    const widget = new Widget("https://desk.example", OPTIONS);
    widget.update({ language: "en" });
    expect(asked).toEqual([]);
    expect(root().querySelector(".launcher")?.getAttribute("aria-expanded")).toBe("false");
  });

  it("keeps the visitor's token for the next visit", async () => {
    await new Widget("https://desk.example", OPTIONS).open();
    expect(localStorage.getItem("frontdesk.visitor.a-1")).toBe("v-1");
    await vi.waitFor(() => expect(asked.at(-1)?.token).toBe("Bearer v-1"));
  });

  it("needs an email address or a phone number of guests (rule 48)", async () => {
    await new Widget("https://desk.example", OPTIONS).open();
    field("message").value = "hello";
    submit(".form");
    expect(root().querySelector(".form .alert")?.textContent).toContain("email address or a phone number");
    expect(asked.filter(({ path }) => path.endsWith("/forms"))).toEqual([]);
    field("phone").value = "0912345678";
    field("phone").dispatchEvent(new Event("input"));
    expect(root().querySelector(".form [role=status]")?.textContent).toContain("cannot answer here");
    submit(".form");
    await vi.waitFor(() => expect(root().querySelector(".done")?.textContent).toContain("call you"));
  });

  it("fills in what is known of members, for good (rule 49)", async () => {
    member = MEMBER;
    await new Widget("https://desk.example", { ...OPTIONS, memberToken: "m-1" }).open();
    expect([field("name").value, field("name").readOnly]).toEqual(["Mei", true]);
    expect([field("email").value, field("email").readOnly]).toEqual(["mei@shop.test", true]);
    expect(asked.find(({ path }) => path.endsWith("/sessions"))?.token).toBe("Bearer m-1");
  });

  it("forgets the member who signed out", async () => {
    member = MEMBER;
    const widget = new Widget("https://desk.example", { ...OPTIONS, memberToken: "m-1" });
    await widget.open();
    member = null;
    widget.update({ memberToken: "" });
    expect(root().querySelector(".panel")).toBeNull();
    await widget.open();
    expect(field("name").value).toBe("");
  });

  it("shows nobody the thread of whoever signed out while it was loading", async () => {
    member = MEMBER;
    const widget = new Widget("https://desk.example", { ...OPTIONS, memberToken: "m-1" });
    const opening = widget.open();
    widget.update({ memberToken: "" });
    await opening;
    expect(root().querySelector(".panel")).toBeNull();
    member = null;
    await widget.open();
    expect(field("email").value).toBe("");
  });

  it("does not come up for a page that closed it while it was loading, and takes no focus where none was", async () => {
    const widget = new Widget("https://desk.example", OPTIONS);
    const search = document.body.appendChild(document.createElement("input"));
    search.focus();
    const opening = widget.open();
    widget.close();
    await opening;
    expect(root().querySelector(".panel")).toBeNull();
    expect(document.activeElement).toBe(search);
    await widget.open();
    expect(root().querySelector(".panel")).not.toBeNull();
  });

  it("says that what was said before is loading, until it is there", async () => {
    held = new Promise((resolve) => (arrive = resolve));
    pages = { "": { messages: [said("m-1")], next_page_token: "", cursor: "c" } };
    await new Widget("https://desk.example", OPTIONS).open();
    expect(one(".chat").textContent).toContain("Loading…");
    arrive();
    await vi.waitFor(() => expect(one(".chat").textContent).toContain("text of m-1"));
    expect(one(".chat").textContent).not.toContain("Loading…");
  });

  it("shows older messages once each, however often they are asked for", async () => {
    pages = {
      "": { messages: [said("m-3")], next_page_token: "p-2", cursor: "c" },
      "p-2": { messages: [said("m-2"), said("m-1")], next_page_token: "", cursor: "c" },
    };
    await new Widget("https://desk.example", OPTIONS).open();
    const older = one<HTMLButtonElement>(".older");
    await vi.waitFor(() => expect(older.hidden).toBe(false));
    older.focus();
    older.click();
    older.click();
    await vi.waitFor(() => expect(older.hidden).toBe(true));
    expect(asked.filter(({ path }) => path.endsWith("page_token=p-2"))).toHaveLength(2);
    const texts = () => [...root().querySelectorAll(".message p")].map(({ textContent }) => textContent);
    expect(texts()).toEqual(["text of m-1", "text of m-2", "text of m-3"]);
    expect(root().activeElement).toBe(one(".log"));
  });

  it("says on the chat's tab that an answer came while the form is in sight", async () => {
    await new Widget("https://desk.example", OPTIONS).open();
    const [chat, form] = [...root().querySelectorAll<HTMLElement>("[role=tab]")];
    form?.click();
    await tell(said("m-1"), said("m-2"));
    await vi.waitFor(() => expect(chat?.textContent).toBe("Chat (2 new)"));
    chat?.click();
    expect(chat?.textContent).toBe("Chat");
  });

  it("leads a reader who scrolled up to what is new", async () => {
    await new Widget("https://desk.example", OPTIONS).open();
    const fresh = one<HTMLElement>(".fresh");
    expect(fresh.hidden).toBe(true);
    await tell(said("m-1"));
    // Nothing has a height here, so nothing is in sight.
    await vi.waitFor(() => expect(fresh.hidden).toBe(false));
    Object.defineProperty(one(".scroll"), "clientHeight", { value: 100 });
    fresh.click();
    expect(fresh.hidden).toBe(true);
    expect(root().activeElement).toBe(one(".composer textarea"));
  });

  it("opens for nobody whose token the shop signed wrongly, and tells the shop's developer once", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    refused = { code: "bad_token", detail: "Signature verification failed." };
    const widget = new Widget("https://desk.example", { ...OPTIONS, memberToken: "m-1" });
    await widget.open();
    await widget.open();
    expect(one(".trouble").textContent).toContain("sign-in does not work");
    expect(root().querySelector(".panel")).toBeNull();
    expect(told.mock.calls).toEqual([[expect.stringContaining("Signature verification failed.")]]);
    refused = null;
    widget.update({ memberToken: "m-2" });
    expect(one<HTMLElement>(".trouble").hidden).toBe(true);
    await widget.open();
    expect(root().querySelector(".panel")).not.toBeNull();
  });

  it("says that a sign-in is over, and that is nobody's mistake", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    refused = { code: "token_over", detail: "The token is over." };
    await new Widget("https://desk.example", { ...OPTIONS, memberToken: "m-1" }).open();
    expect(one(".trouble").textContent).toContain("Reload the page");
    expect(told).not.toHaveBeenCalled();
  });

  it("says nothing of a member's sign-in to guests", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    localStorage.setItem("frontdesk.visitor.a-1", "v-0");
    refused = { code: "bad_token", detail: "Signature verification failed." };
    await new Widget("https://desk.example", OPTIONS).open();
    expect(one(".trouble").textContent).toContain("Reload the page");
    expect(told).not.toHaveBeenCalled();
  });

  it("refuses a text that is too long before it is sent", async () => {
    await new Widget("https://desk.example", OPTIONS).open();
    one<HTMLTextAreaElement>(".composer textarea").value = "x".repeat(21);
    submit(".composer");
    expect(root().querySelector(".chat .alert")?.textContent).toContain("21 of 20");
    expect(asked.filter(({ method, path }) => method === "POST" && path.endsWith("/messages"))).toEqual([]);
  });

  it("shows its button by what the page says", () => {
    const widget = new Widget("https://desk.example", { ...OPTIONS, page: "product" });
    const button = one<HTMLButtonElement>(".launcher");
    expect(button.hidden).toBe(true);
    widget.update({ product: { priceHidden: true, inStock: true, backorder: false } });
    expect(button.hidden).toBe(false);
  });
});
