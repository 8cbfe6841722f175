import type { Api, Config, Session } from "./api.ts";
import { Chat } from "./chat.ts";
import { h, icon } from "./dom.ts";
import { ContactForm } from "./form.ts";
import type { Key, Language, Say } from "./words.ts";

/** The dialog: chat and form behind two tabs, or the one of them that the shop offers. */
export class Panel {
  readonly element: HTMLElement;
  readonly #views: { key: Key; view: { element: HTMLElement; focus(): void } }[] = [];
  readonly #chat: Chat | null = null;
  readonly #say: Say;
  #shown = 0;
  #unread = 0;

  constructor(
    api: Api,
    config: Config,
    session: Session,
    say: Say,
    language: Language,
    desk: string,
    close: () => void,
    onNews: (count: number) => void,
  ) {
    this.#say = say;
    if (config.chat) {
      const told = (count: number): void => (this.#told(count), onNews(count));
      this.#chat = new Chat(api, config, say, language, desk, told);
      this.#views.push({ key: "chatTab", view: this.#chat });
    }
    if (config.form) {
      this.#views.push({ key: "formTab", view: new ContactForm(api, config, say, language, session.member) });
    }
    const tabs = this.#views.map(({ key }, index) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `fd-tab-${index}`,
          "aria-controls": `fd-view-${index}`,
          onclick: () => this.#show(index),
        },
        say(key),
      ),
    );
    this.#views.forEach(({ view }, index) => {
      view.element.id = `fd-view-${index}`;
      view.element.setAttribute("role", "tabpanel");
      view.element.setAttribute("aria-labelledby", `fd-tab-${index}`);
    });
    const list = h("div", { role: "tablist", class: "tabs" }, ...tabs);
    list.hidden = tabs.length < 2;
    list.addEventListener("keydown", (event) => this.#onArrow(event, tabs));
    this.element = h(
      "section",
      { class: "panel", role: "dialog", "aria-modal": false, "aria-labelledby": "fd-title", id: "fd-panel" },
      h(
        "header",
        {},
        h("h2", { id: "fd-title" }, config.name || say("title")),
        h("button", { type: "button", class: "icon", "aria-label": say("close"), onclick: close }, icon("close")),
      ),
      list,
      ...this.#views.map(({ view }) => view.element),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) close();
    });
    this.#tabs = tabs;
    this.#show(0, false);
    void this.#chat?.run();
  }

  readonly #tabs: HTMLButtonElement[];

  /** It is on the page now. */
  appeared(): void {
    this.#chat?.appeared();
    this.focus();
  }

  focus(): void {
    this.#views[this.#shown]?.view.focus();
  }

  stop(): void {
    this.#chat?.stop();
  }

  #show(index: number, focus = true): void {
    this.#shown = index;
    this.#told(0);
    this.#views.forEach(({ view }, each) => (view.element.hidden = each !== index));
    this.#tabs.forEach((tab, each) => {
      tab.setAttribute("aria-selected", String(each === index));
      tab.tabIndex = each === index ? 0 : -1;
    });
    this.#chat?.appeared();
    if (focus) this.focus();
  }

  /** Answers came: while the form is in sight, the chat's tab says so. */
  #told(count: number): void {
    const inSight = this.#views[this.#shown]?.key === "chatTab";
    this.#unread = inSight ? 0 : this.#unread + count;
    const tab = this.#tabs[this.#views.findIndex(({ key }) => key === "chatTab")];
    tab?.replaceChildren(this.#unread ? this.#say("chatTabUnread", { count: this.#unread }) : this.#say("chatTab"));
    tab?.classList.toggle("unread", this.#unread > 0);
  }

  #onArrow(event: KeyboardEvent, tabs: HTMLButtonElement[]): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (this.#shown + step + tabs.length) % tabs.length;
    this.#show(next, false);
    tabs[next]?.focus();
  }
}
