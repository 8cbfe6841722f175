import { Api, type Config, type Session } from "./api.ts";
import { h, icon } from "./dom.ts";
import { keep, kept } from "./keep.ts";
import { buttonShows, type Options } from "./options.ts";
import { Panel } from "./panel.ts";
import { problemOf } from "./pictures.ts";
import style from "./style.css?inline";
import { speaker, type Say } from "./words.ts";

/** The button on the shop's page and, once it is opened, the panel. Nothing is asked of the desk before that. */
export class Widget {
  readonly #desk: string;
  #options: Options;
  #say: Say;
  #api: Api;
  #panel: Panel | null = null;
  #opened: Promise<void> | null = null;
  /** Whether the panel is to be seen, also while it is loading. */
  #wanted = false;
  #unread = 0;
  readonly #host = h("div", { "data-frontdesk": true });
  readonly #root: ShadowRoot;
  readonly #badge = h("span", { class: "badge", "aria-hidden": "true" });
  readonly #button: HTMLButtonElement;
  readonly #trouble = h("p", { class: "trouble", role: "alert" });

  constructor(desk: string, options: Options) {
    this.#desk = desk;
    this.#options = options;
    this.#say = speaker(options.language);
    this.#api = this.#newApi();
    // The page's styles stop here, and ours do not get out.
    this.#root = this.#host.attachShadow({ mode: "open" });
    this.#badge.hidden = true;
    this.#trouble.hidden = true;
    this.#button = h(
      "button",
      {
        type: "button",
        class: "launcher",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        onclick: () => this.toggle(),
      },
      icon("chat"),
      this.#badge,
    );
    dress(this.#root);
    this.#root.append(h("div", { class: "root", lang: options.language }, this.#trouble, this.#button));
    this.#draw();
    document.body.append(this.#host);
  }

  /** The page shows something else now, or somebody signed in or out. */
  update(changed: Partial<Options>): void {
    const other = changed.memberToken !== undefined && changed.memberToken !== this.#options.memberToken;
    this.#options = { ...this.#options, ...changed, product: { ...this.#options.product, ...changed.product } };
    this.#say = speaker(this.#options.language);
    if (other) this.#forget();
    this.#draw();
  }

  toggle(): void {
    if (this.#panel?.element.isConnected) this.close();
    else void this.open();
  }

  async open(): Promise<void> {
    this.#wanted = true;
    this.#unread = 0;
    this.#draw();
    this.#opened ??= this.#build();
    await this.#opened;
    if (!this.#panel || !this.#wanted) return;
    this.#root.querySelector(".root")?.prepend(this.#panel.element);
    this.#button.setAttribute("aria-expanded", "true");
    this.#panel.appeared();
  }

  close(): void {
    this.#wanted = false;
    if (!this.#panel?.element.isConnected) return;
    this.#panel.element.remove();
    this.#button.setAttribute("aria-expanded", "false");
    this.#button.focus();
  }

  async #build(): Promise<void> {
    const api = this.#api;
    this.#button.setAttribute("aria-busy", "true");
    try {
      const [config, session] = await Promise.all([api.config(), api.session()]);
      // Somebody else sits here by now: what was asked for the one before is nobody's to see.
      if (api !== this.#api) return;
      this.#enter(config, session);
      this.#trouble.hidden = true;
    } catch (error) {
      if (api !== this.#api) return;
      this.#opened = null;
      this.#trouble.textContent = problemOf(error, this.#say);
      this.#trouble.hidden = false;
    } finally {
      if (api === this.#api) this.#button.removeAttribute("aria-busy");
    }
  }

  #enter(config: Config, session: Session): void {
    if (session.visitor_token) {
      this.#api.visitorToken = session.visitor_token;
      keep(`visitor.${this.#options.account}`, session.visitor_token);
    }
    this.#panel = new Panel(
      this.#api,
      config,
      session,
      this.#say,
      this.#options.language,
      this.#desk,
      () => this.close(),
      (count) => this.#heard(count),
    );
  }

  #heard(count: number): void {
    if (this.#panel?.element.isConnected) return;
    this.#unread += count;
    this.#draw();
  }

  /** Another person sits here now: nothing of the one before may stay on the page. */
  #forget(): void {
    this.#panel?.stop();
    this.#panel?.element.remove();
    this.#panel = null;
    this.#opened = null;
    this.#wanted = false;
    this.#unread = 0;
    this.#trouble.hidden = true;
    this.#api = this.#newApi();
    this.#button.removeAttribute("aria-busy");
    this.#button.setAttribute("aria-expanded", "false");
  }

  #newApi(): Api {
    const api = new Api(this.#desk, this.#options.account);
    api.memberToken = this.#options.memberToken;
    api.visitorToken = kept(`visitor.${this.#options.account}`);
    return api;
  }

  #draw(): void {
    const shows = buttonShows(this.#options);
    this.#button.hidden = !shows;
    this.#badge.hidden = this.#unread === 0;
    this.#badge.textContent = String(this.#unread);
    const label = this.#unread ? this.#say("openUnread", { count: this.#unread }) : this.#say("open");
    this.#button.setAttribute("aria-label", label);
    this.#button.title = label;
  }
}

/** A sheet made by script is no inline style: pages whose policy forbids those need not allow it for us. */
function dress(root: ShadowRoot): void {
  if ("adoptedStyleSheets" in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    return;
  }
  const sheet = h("style");
  sheet.textContent = style;
  (root as ShadowRoot).append(sheet);
}
