import { Refused, type Api, type Config, type Draft, type Message } from "./api.ts";
import { h, icon, isSendKey, safeUrl } from "./dom.ts";
import { Pictures, problemOf } from "./pictures.ts";
import { ScrollBox } from "./scroll.ts";
import type { Language, Say } from "./words.ts";

const AGAIN_MS = [1000, 2000, 5000, 15000, 30000];

/** The conversation: what was said before, what comes live, and a line to write on. */
export class Chat {
  readonly #api: Api;
  readonly #config: Config;
  readonly #say: Say;
  readonly #language: Language;
  readonly #desk: string;
  readonly #onNews: (count: number) => void;
  readonly #log: HTMLElement;
  readonly #box: ScrollBox;
  readonly #older: HTMLButtonElement;
  readonly #fresh: HTMLButtonElement;
  readonly #loading: HTMLElement;
  readonly #alert = h("p", { class: "alert", role: "alert" });
  readonly #text: HTMLTextAreaElement;
  readonly #pictures: Pictures;
  readonly #shown = new Map<string, HTMLElement>();
  #nextPage = "";
  #stop = new AbortController();
  readonly element: HTMLElement;

  constructor(api: Api, config: Config, say: Say, language: Language, desk: string, onNews: (count: number) => void) {
    this.#api = api;
    this.#config = config;
    this.#say = say;
    this.#language = language;
    this.#desk = desk;
    this.#onNews = onNews;
    this.#older = h("button", { type: "button", class: "older", onclick: () => void this.#loadOlder() }, say("older"));
    this.#older.hidden = true;
    this.#log = h("div", {
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-label": say("thread"),
      tabindex: 0,
    });
    this.#text = h("textarea", { rows: 1, "aria-label": say("write"), placeholder: say("write") });
    this.#text.addEventListener("keydown", (event) => {
      if (!isSendKey(event)) return;
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("paste", (event) => {
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length) void this.#pictures.add(files);
    });
    this.#pictures = new Pictures(api, config, say, (problem) => this.#tell(problem));
    this.#loading = h("p", { class: "note", role: "status" }, say("loading"));
    this.#fresh = h("button", { type: "button", class: "fresh", onclick: () => this.#toFresh() }, say("fresh"));
    this.#fresh.hidden = true;
    const atEnd = (): void => {
      this.#fresh.hidden = true;
    };
    this.#box = new ScrollBox(atEnd, this.#older, h("p", { class: "note" }, say("greeting")), this.#loading, this.#log);
    this.element = h(
      "div",
      { class: "chat" },
      this.#box.element,
      h("div", { class: "over" }, this.#fresh),
      this.#alert,
      this.#pictures.list,
      h(
        "form",
        { class: "composer", onsubmit: (event) => (event.preventDefault(), this.#submit()) },
        this.#pictures.button,
        this.#text,
        h(
          "button",
          { type: "submit", class: "icon primary", "aria-label": say("send"), title: say("send") },
          icon("send"),
        ),
      ),
    );
  }

  focus(): void {
    this.#text.focus();
  }

  /** The panel, or this part of it, is on the page again. */
  appeared(): void {
    this.#box.restore();
  }

  /** Shows what was said and listens for more, again and again, until stop(). */
  async run(): Promise<void> {
    const { signal } = (this.#stop = new AbortController());
    let cursor = "";
    for (let failures = 0; !signal.aborted;) {
      try {
        if (!cursor) cursor = await this.#load();
        const news = await this.#api.news(cursor, signal);
        cursor = news.cursor;
        const answers = news.messages.filter(({ direction, id }) => direction === "outbound" && !this.#shown.has(id));
        const isSeen = this.#add(news.messages);
        if (answers.length && !isSeen) this.#fresh.hidden = false;
        this.#onNews(answers.length);
        failures = 0;
        this.#alert.textContent = "";
      } catch (error) {
        if (signal.aborted) return;
        // A cursor that the desk no longer knows means: read everything anew.
        if (error instanceof Refused && error.status === 410) cursor = "";
        else this.#tell(problemOf(error, this.#say));
        if (error instanceof Refused && error.status === 401) return this.#loading.remove();
        await pause(AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)] ?? 30000, signal);
      }
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  async #load(): Promise<string> {
    const page = await this.#api.messages();
    this.#loading.remove();
    this.#nextPage = page.next_page_token;
    this.#older.hidden = !this.#nextPage;
    this.#add(page.messages.toReversed());
    return page.cursor;
  }

  async #loadOlder(): Promise<void> {
    try {
      const page = await this.#api.messages(this.#nextPage);
      this.#nextPage = page.next_page_token;
      if (!this.#nextPage && this.#older.matches(":focus")) this.#log.focus({ preventScroll: true });
      this.#older.hidden = !this.#nextPage;
      // What was read anew, or asked for twice, stands here already.
      const unseen = page.messages.filter(({ id }) => !this.#shown.has(id)).toReversed();
      this.#box.above(() => this.#log.prepend(...unseen.map((message) => this.#drawn(message))));
    } catch (error) {
      this.#tell(problemOf(error, this.#say));
    }
  }

  /** Whether they are in sight. */
  #add(messages: Message[]): boolean {
    for (const message of messages) {
      const old = this.#shown.get(message.client_id) ?? this.#shown.get(message.id);
      const drawn = this.#drawn(message);
      if (old) old.replaceWith(drawn);
      else this.#log.append(drawn);
    }
    return this.#box.follow();
  }

  #toFresh(): void {
    this.#box.toEnd();
    this.focus();
  }

  #drawn(message: Message): HTMLElement {
    const pictures = message.images.map((image) => {
      const url = safeUrl(image.url, this.#desk);
      const small = safeUrl(image.thumbnail_url || image.url, this.#desk);
      return h(
        "a",
        { href: url, target: "_blank", rel: "noopener" },
        h("img", { src: small, alt: this.#say("imageFrom"), loading: "lazy" }),
      );
    });
    const time = new Intl.DateTimeFormat(this.#language, { dateStyle: "short", timeStyle: "short" });
    const element = h(
      "div",
      { class: `message ${message.direction}` },
      h("span", { class: "hidden" }, `${this.#say(message.direction === "inbound" ? "you" : "shop")}: `),
      message.text && h("p", {}, message.text),
      ...pictures,
      h("time", { datetime: message.sent_at }, time.format(new Date(message.sent_at))),
    );
    this.#shown.set(message.id, element);
    if (message.client_id) this.#shown.set(message.client_id, element);
    return element;
  }

  #submit(): void {
    const text = this.#text.value.trim();
    if (this.#pictures.busy || (!text && !this.#pictures.ids.length)) return;
    const limit = this.#config.text_limit;
    const length = Array.from(text).length;
    if (length > limit) return this.#tell(this.#say("tooLong", { length, limit }));
    this.#alert.textContent = "";
    const draft: Draft = {
      id: crypto.randomUUID(),
      text,
      images: this.#pictures.ids,
      page: { url: location.href, title: document.title },
      language: this.#language,
    };
    const images = this.#pictures.previews.map((url) => ({ url, thumbnail_url: url }));
    this.#text.value = "";
    this.#pictures.clear();
    void this.#send(draft, images);
  }

  async #send(draft: Draft, images: Message["images"]): Promise<void> {
    const mine: Message = {
      id: draft.id,
      client_id: draft.id,
      direction: "inbound",
      text: draft.text,
      images,
      sent_at: new Date().toISOString(),
    };
    const state = h("span", { class: "state", role: "status" }, this.#say("sending"));
    const element = this.#drawn(mine);
    element.append(state);
    this.#log.append(element);
    this.#box.toEnd();
    try {
      await this.#api.send(draft);
      state.remove();
    } catch (error) {
      this.#tell(problemOf(error, this.#say));
      const again = h("button", { type: "button" }, this.#say("retry"));
      // Under the same id: should the first have arrived after all, this changes nothing.
      again.addEventListener("click", () => (element.remove(), void this.#send(draft, images)));
      state.replaceChildren(`${this.#say("failed")} `, again);
    }
  }

  #tell(problem: string): void {
    this.#alert.textContent = problem;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (): void => (clearTimeout(timer), over.abort(), resolve());
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end, { signal: over.signal });
    addEventListener("online", end, { signal: over.signal });
  });
}
