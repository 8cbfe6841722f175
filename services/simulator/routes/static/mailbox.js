// Every mail the desk sent, newest first, as it comes in.

import { make, showProblem } from "./dom.js";
import { day, t, time, translatePage } from "./language.js";
import { call, follow } from "./simulator.js";

const list = document.getElementById("mails");
const reader = document.getElementById("mail");
const to = document.getElementById("to");
const rows = new Map(); // list items by mail
let open = null;
let asked = 0; // an answer to an earlier question shows nothing

await translatePage();
document.title = t("mailbox.title");
to.oninput = show;
document.getElementById("clear").onclick = async () => {
  await call("DELETE", "control/mailbox");
  reader.hidden = true;
  await show();
};
// Read once the mails to come are followed: one that came in between would be missed.
follow({ types: "mail" }, show, (connected) => (connected ? show() : undefined));

async function show() {
  const mine = (asked += 1);
  try {
    const { mails } = await call("GET", `control/mailbox?to=${encodeURIComponent(to.value.trim())}`);
    if (mine !== asked) return;
    draw(mails);
    document.getElementById("empty").hidden = mails.length > 0;
    showProblem("");
  } catch (error) {
    showProblem(t("problem", { detail: error.message }));
  }
}

// Rows that stay are left alone: one may hold the focus, or be pressed just now.
function draw(mails) {
  const shown = new Set(mails.map((mail) => mail.id));
  for (const [id, item] of rows) {
    if (shown.has(id)) continue;
    item.remove();
    rows.delete(id);
  }
  mails.forEach((mail, index) => {
    if (!rows.has(mail.id)) {
      rows.set(mail.id, row(mail));
      list.insertBefore(rows.get(mail.id), list.children[index] ?? null);
    }
    mark(mail.id);
  });
}

function mark(id) {
  const button = rows.get(id)?.firstElementChild;
  if (id === open) button?.setAttribute("aria-current", "true");
  else button?.removeAttribute("aria-current");
}

function row(mail) {
  const at = Date.parse(mail.received_at);
  const button = make(
    "button",
    { type: "button", onclick: () => read(mail.id) },
    make("strong", { textContent: mail.subject || t("mailbox.no_subject") }),
    make("span", { textContent: mail.to.join(", ") }),
    make("time", { textContent: `${day(at)} ${time(at)}` }),
  );
  return make("li", {}, button);
}

async function read(id) {
  open = id;
  for (const each of rows.keys()) mark(each);
  const mail = await call("GET", `control/mailbox/${encodeURIComponent(id)}`);
  if (open !== id) return;
  reader.replaceChildren(
    make("h2", { textContent: mail.subject || t("mailbox.no_subject") }),
    make("p", { class: "hint", textContent: `${mail.from} → ${mail.to.join(", ")}` }),
    make("div", { class: "mail-text" }, ...withLinks(mail.text ?? textOf(mail.html ?? ""))),
    ...(mail.from.startsWith("r+") ? [answerBox(id)] : []),
  );
  reader.hidden = false;
}

// Answers to the desk's mails come back into their conversation.
function answerBox(id) {
  const text = make("textarea", { rows: "3", "aria-label": t("mailbox.reply") });
  const told = make("p", { class: "hint", role: "status" });
  const send = make("button", { type: "submit", textContent: t("mailbox.reply") });
  const form = make("form", {}, text, send, told);
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (!text.value.trim()) return;
    try {
      const { result } = await call("POST", `control/mailbox/${encodeURIComponent(id)}/reply`, { body: { text: text.value } });
      told.textContent = result === "stored" ? t("mailbox.replied") : result;
      text.value = "";
    } catch (error) {
      told.textContent = t("problem", { detail: error.message });
    }
  };
  return form;
}

function textOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent;
}

function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) =>
    index % 2 ? make("a", { href: part, textContent: part, target: "_blank", rel: "noreferrer" }) : part,
  );
}
