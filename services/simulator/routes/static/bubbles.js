// How messages look.

import { make } from "./dom.js";
import { day, t, time } from "./language.js";
import { call } from "./simulator.js";
import { stickerFace } from "./stickers.js";

const pictures = new Map();
const drawn = new Map();

/** Brings a chat up to date. What did not change stays as it is, so that nothing flickers, stops or is read twice. */
export function draw(chat, items, context) {
  const elements = rows(items, context);
  for (const [index, element] of elements.entries()) {
    if (chat.children[index] !== element) chat.insertBefore(element, chat.children[index] ?? null);
  }
  while (chat.children.length > elements.length) chat.lastElementChild.remove();
}

// One element per item, and a line wherever a new day begins.
function rows(items, context) {
  if (items.length === 0) return [keep("empty", "", () => line(t("phone.empty")))];
  const elements = [];
  let today = "";
  for (const item of items) {
    if (day(item.at) !== today) {
      today = day(item.at);
      elements.push(keep(`day ${today}`, "", () => line(today)));
    }
    const quoted = item.quotedMessageId ? context.quoted(item.quotedMessageId) : null;
    elements.push(keep(item.id, JSON.stringify([item, quoted]), () => row(item, quoted, context)));
  }
  return elements;
}

// The element made for this key before, unless what it shows has changed.
function keep(key, content, build) {
  const known = drawn.get(key);
  if (known?.content === content) return known.element;
  const element = build();
  drawn.set(key, { content, element });
  return element;
}

function line(text) {
  return make("p", { class: "line", textContent: text });
}

function row(item, quoted, context) {
  if (item.event) return line(eventText(item.event));
  if (item.unsent) return line(t("phone.was_unsent"));
  const bare = ["sticker", "image", "video"].includes(item.message.type);
  return make(
    "div",
    { class: item.mine ? "row mine" : "row", id: item.id },
    item.mine ? null : make("img", { class: "face", src: context.shopPicture, alt: "" }),
    make(
      "div",
      { class: bare ? "bubble bare" : "bubble" },
      quoted === null ? null : make("blockquote", { textContent: quoted }),
      item.ad ? make("span", { class: "from-ad", textContent: t("phone.from_ad", { title: item.ad }) }) : null,
      ...body(item, context),
      item.reaction ? make("span", { class: "reaction", textContent: item.reaction }) : null,
      ...buttons(item, context),
    ),
    notes(item, context),
  );
}

function eventText(kind) {
  const known = {
    follow: "phone.followed",
    unfollow: "phone.unfollowed",
    referral: "phone.came_from_ad",
    number_changed: "phone.changed_number",
  }[kind];
  return known ? t(known) : t("phone.event", { kind });
}

function notes(item, context) {
  const state = item.state?.name;
  const label = state === "failed" ? t("phone.failed", { detail: item.state.detail }) : t(`phone.${state}`);
  return make(
    "div",
    { class: "notes" },
    item.edited ? make("span", { textContent: t("phone.edited") }) : null,
    state ? make("span", { class: `state ${state}`, role: "img", "aria-label": label, title: label }) : null,
    make("time", { textContent: time(item.at) }),
    item.mine || context.reacts
      ? make("button", {
          type: "button",
          class: "icon actions",
          textContent: "⋯",
          "aria-label": t("phone.message_actions"),
          "aria-haspopup": "dialog",
          onclick: () => context.onActions(item),
        })
      : null,
  );
}

function buttons(item, context) {
  const offered = item.message.buttons ?? [];
  if (offered.length === 0) return [];
  const choices = offered.map((button) =>
    make("button", { type: "button", textContent: button.title, onclick: () => context.onPress(button, item) }),
  );
  return [make("div", { class: "choices" }, ...choices)];
}

function body(item, context) {
  const message = item.message;
  switch (message.type) {
    case "text":
    case "textV2":
      return withLinks(message.text);
    case "sticker":
      return [stickerFace(message)];
    case "location":
      return [icon("location"), make("strong", { textContent: message.title ?? "" }), make("span", { textContent: message.address ?? "" })];
    case "image":
    case "video":
    case "audio":
    case "file":
      return [
        message.type === "file" ? icon("file") : null,
        message.contentId ? own(item, context) : theirs(message),
        message.text ? make("span", { textContent: message.text }) : null,
      ];
    default:
      return [make("span", { textContent: message.altText ?? t("phone.unsupported", { type: message.type }) })];
  }
}

function icon(name) {
  return make("img", { class: "sign", src: new URL(`icons/${name}.svg`, import.meta.url).href, alt: "" });
}

function theirs(message) {
  const address = message.previewImageUrl ?? message.originalContentUrl;
  if (message.type === "image") return make("img", { class: "media", src: address, alt: t("phone.image") });
  if (message.type === "audio") return make("audio", { controls: true, src: message.originalContentUrl });
  return make("a", { href: message.originalContentUrl, textContent: t(`phone.${message.type}`), target: "_blank" });
}

// Bytes are fetched rather than linked, because the control API may want a token.
function own(item, context) {
  const type = item.message.type;
  const place = {
    image: () => make("img", { class: "media", alt: t("phone.image") }),
    video: () => make("video", { class: "media", controls: true, muted: true, preload: "metadata" }),
    audio: () => make("audio", { controls: true, preload: "metadata" }),
    file: () => make("a", { textContent: item.message.fileName, download: item.message.fileName }),
  }[type]();
  const property = type === "file" ? "href" : "src";
  load(item.message.contentId, context.accountPath).then(
    (address) => (place[property] = address),
    () => place.replaceWith(make("span", { textContent: t("phone.unsupported", { type }) })),
  );
  return place;
}

function load(contentId, accountPath) {
  if (!pictures.has(contentId)) {
    const loaded = call("GET", `${accountPath}/contents/${contentId}`, { blob: true });
    pictures.set(contentId, loaded.then((blob) => URL.createObjectURL(blob)));
  }
  return pictures.get(contentId);
}

function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) =>
    index % 2 ? make("a", { href: part, textContent: part, target: "_blank", rel: "noreferrer" }) : part,
  );
}
