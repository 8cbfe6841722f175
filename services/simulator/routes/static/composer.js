// Writing: text, stickers, attachments, and what a message is about (a quote, an edit).

import { stickerButtons } from "./stickers.js";
import { t } from "./language.js";
import { call } from "./simulator.js";

const element = (id) => document.getElementById(id);
const UPLOADS = [
  ["image/", "image"],
  ["video/", "video"],
  ["audio/", "audio"],
];

/** Wires the composer up. `channel` makes drafts of the control API, without the user, which `send` takes. */
export class Composer {
  #send;
  #accountPath;
  #channel;
  #about = null;

  constructor(accountPath, channel, send) {
    this.#accountPath = accountPath;
    this.#channel = channel;
    this.#send = send;
    const text = element("text");
    element("composer").onsubmit = (event) => this.#submit(event);
    text.onkeydown = (event) => this.#onKey(event);
    text.oninput = () => fit(text);
    element("context-cancel").onclick = () => this.about(null);
    element("attach").onclick = () => element("attach-menu").showModal();
    element("stickers").onclick = () => element("sticker-menu").showModal();
    element("sticker-grid").replaceChildren(...stickerButtons((sticker) => this.#sendSticker(sticker)));
    for (const button of element("attach-menu").querySelectorAll("button[value]")) {
      button.onclick = () => this.#attach(button.value);
    }
    element("file").onchange = (event) => this.#upload(event.target);
  }

  /** What the next text is about: {kind: "quote" | "edit", item}, or null. */
  about(about) {
    this.#about = about;
    element("context").hidden = about === null;
    if (about === null) return;
    const text = about.item.message.text ?? `[${about.item.message.type}]`;
    element("context-text").textContent = t(about.kind === "edit" ? "phone.editing" : "phone.quoting", { text });
    if (about.kind === "edit") element("text").value = about.item.message.text;
    element("text").focus();
    fit(element("text"));
  }

  /** Lets nothing be written, as while the shop is blocked. */
  disable(disabled) {
    for (const control of element("composer").elements) control.disabled = disabled;
  }

  async #submit(event) {
    event.preventDefault();
    const field = element("text");
    const text = field.value;
    if (!text.trim()) return;
    const draft = this.#draft(text);
    field.value = "";
    fit(field);
    this.about(null);
    if (!(await this.#send(draft)) && !field.value) field.value = text;
    field.focus();
  }

  #draft(text) {
    if (this.#about === null) return { text };
    const messageId = this.#about.item.messageId;
    return this.#about.kind === "edit"
      ? this.#channel.edit(messageId, text)
      : { text, quoted_message_id: messageId };
  }

  #onKey(event) {
    // While an input method composes, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    element("composer").requestSubmit();
  }

  async #sendSticker(sticker) {
    element("sticker-menu").close();
    await this.#send(this.#channel.sticker(sticker));
  }

  async #attach(kind) {
    element("attach-menu").close();
    if (kind === "upload") element("file").click();
    else await this.#send(this.#channel.attach(kind));
  }

  async #upload(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const type = UPLOADS.find(([prefix]) => file.type.startsWith(prefix))?.[1] ?? "file";
    await this.#send(async () => {
      const media = file.type || "application/octet-stream";
      const { upload_id } = await call("POST", `${this.#accountPath}/uploads`, { body: file, type: media });
      return this.#channel.upload(type, file, upload_id);
    });
  }
}

function fit(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
}
