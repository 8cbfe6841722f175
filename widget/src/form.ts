import type { Api, Config, Member } from "./api.ts";
import { h } from "./dom.ts";
import { Pictures, problemOf } from "./pictures.ts";
import type { Key, Language, Say } from "./words.ts";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The contact form: guests leave an email address or a phone number, members are known. */
export class ContactForm {
  readonly #api: Api;
  readonly #config: Config;
  readonly #say: Say;
  readonly #language: Language;
  readonly #member: Member | null;
  readonly #alert = h("p", { class: "alert", role: "alert" });
  readonly #hint = h("p", { class: "note", role: "status" });
  readonly #fields: Record<"name" | "email" | "phone" | "subject", HTMLInputElement>;
  readonly #message = h("textarea", { rows: 5, id: "fd-message", required: true });
  readonly #pictures: Pictures;
  readonly #submitButton: HTMLButtonElement;
  #id: string = crypto.randomUUID();
  readonly element: HTMLElement;

  constructor(api: Api, config: Config, say: Say, language: Language, member: Member | null) {
    this.#api = api;
    this.#config = config;
    this.#say = say;
    this.#language = language;
    this.#member = member;
    this.#fields = {
      name: this.#input("name", "text", "name"),
      email: this.#input("email", "email", "email"),
      phone: this.#input("phone", "tel", "tel"),
      subject: h("input", { id: "fd-subject", type: "text", maxlength: 200 }),
    };
    for (const field of [this.#fields.email, this.#fields.phone]) field.addEventListener("input", () => this.#advise());
    this.#pictures = new Pictures(api, config, say, (problem) => this.#tell(problem));
    this.#submitButton = h("button", { type: "submit", class: "primary" }, say("send"));
    this.element = h(
      "form",
      { class: "form", novalidate: true, onsubmit: (event) => (event.preventDefault(), void this.#submit()) },
      member && h("p", { class: "note" }, say("memberFixed")),
      ...(["name", "email", "phone", "subject"] as const).map((key) => this.#labelled(key, this.#fields[key])),
      this.#hint,
      this.#labelled("message", this.#message, true),
      h("div", { class: "row" }, this.#pictures.button, this.#submitButton),
      this.#pictures.list,
      this.#alert,
    );
  }

  focus(): void {
    const first = this.#member ? this.#fields.subject : this.#fields.name;
    first.focus();
  }

  #input(key: "name" | "email" | "phone", type: string, complete: string): HTMLInputElement {
    const value = this.#member?.[key];
    const input = h("input", { id: `fd-${key}`, type, autocomplete: complete, maxlength: 200 });
    if (this.#member) {
      input.value = value ?? "";
      input.readOnly = true;
    }
    return input;
  }

  #labelled(key: Key, field: HTMLElement, required = false): HTMLElement {
    const label = h("label", { for: field.id }, this.#say(key));
    if (required) label.append(` (${this.#say("required")})`);
    return h("div", { class: "field" }, label, field);
  }

  #advise(): void {
    const { email, phone } = this.#fields;
    this.#hint.textContent = !this.#member && !email.value.trim() && phone.value.trim() ? this.#say("phoneOnly") : "";
  }

  #problem(): [string, HTMLElement] | null {
    const { email, phone } = this.#fields;
    const text = this.#message.value.trim();
    const limit = this.#config.text_limit;
    const length = Array.from(text).length;
    if (!this.#member && !email.value.trim() && !phone.value.trim()) return [this.#say("emailOrPhone"), email];
    if (email.value.trim() && !EMAIL.test(email.value.trim())) return [this.#say("badEmail"), email];
    if (!text && !this.#pictures.ids.length) return [this.#say("needText"), this.#message];
    if (length > limit) return [this.#say("tooLong", { length, limit }), this.#message];
    return null;
  }

  async #submit(): Promise<void> {
    if (this.#pictures.busy) return;
    for (const field of [this.#fields.email, this.#message]) field.removeAttribute("aria-invalid");
    const problem = this.#problem();
    if (problem) {
      problem[1].setAttribute("aria-invalid", "true");
      problem[1].focus();
      return this.#tell(problem[0]);
    }
    this.#tell("");
    this.#submitButton.disabled = true;
    const { name, email, phone, subject } = this.#fields;
    try {
      const { answered_by: by } = await this.#api.form({
        id: this.#id,
        name: name.value.trim(),
        email: email.value.trim(),
        phone: phone.value.trim(),
        subject: subject.value.trim(),
        text: this.#message.value.trim(),
        images: this.#pictures.ids,
        page: { url: location.href, title: document.title },
        language: this.#language,
      });
      const said: Record<typeof by, Key> = { email: "formSentEmail", phone: "formSentPhone", member: "formSentMember" };
      this.#done(this.#say(said[by], { email: email.value.trim() }));
    } catch (error) {
      this.#tell(problemOf(error, this.#say));
    } finally {
      this.#submitButton.disabled = false;
    }
  }

  #done(text: string): void {
    const parts = Array.from(this.element.childNodes);
    const again = h("button", { type: "button", class: "primary" }, this.#say("formAgain"));
    const said = h("p", { class: "done", role: "status", tabindex: -1 }, text);
    again.addEventListener("click", () => {
      this.#id = crypto.randomUUID();
      this.#message.value = this.#fields.subject.value = "";
      this.#pictures.clear();
      this.element.replaceChildren(...parts);
      this.focus();
    });
    this.element.replaceChildren(said, again);
    said.focus();
  }

  #tell(problem: string): void {
    this.#alert.textContent = problem;
  }
}
