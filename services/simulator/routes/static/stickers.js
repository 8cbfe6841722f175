// Stickers to send. LINE's pictures are LINE's, so these are drawings of our own under the same numbers.

import { make } from "./dom.js";
import { t } from "./language.js";

const PACKAGE = "446";
const STICKERS = new Map([
  ["1988", ["hello", "smile"]],
  ["1989", ["love"]],
  ["1990", ["laugh"]],
  ["1991", ["thanks", "please"]],
  ["1992", ["ok", "good"]],
  ["1993", ["sad"]],
  ["1994", ["angry"]],
  ["1995", ["congratulations"]],
]);

/** Buttons for every sticker; `onChoose` gets the part of a message that names it. */
export function stickerButtons(onChoose) {
  return [...STICKERS].map(([stickerId, keywords]) =>
    make(
      "button",
      { type: "button", onclick: () => onChoose({ packageId: PACKAGE, stickerId, keywords }) },
      drawing(stickerId, keywords[0]),
    ),
  );
}

/** A sticker in the chat; one that is not drawn shows its number. */
export function stickerFace(message) {
  if (STICKERS.has(message.stickerId)) return drawing(message.stickerId, STICKERS.get(message.stickerId)[0]);
  return make("span", { class: "sticker unknown", textContent: `${t("phone.sticker")} ${message.stickerId}` });
}

function drawing(stickerId, keyword) {
  const src = new URL(`stickers/${stickerId}.svg`, import.meta.url).href;
  return make("img", { class: "sticker", src, alt: `${t("phone.sticker")} ${keyword}` });
}
