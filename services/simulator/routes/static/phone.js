// The phone: one person's chat with one account.

import { draw } from "./bubbles.js";
import { Composer } from "./composer.js";
import { make, showProblem } from "./dom.js";
import { t, translatePage } from "./language.js";
import { call, follow, root } from "./simulator.js";
import { Thread } from "./thread.js";

const element = (id) => document.getElementById(id);
const accountId = decodeURIComponent(location.pathname.split("/").pop());
const accountPath = `control/line/${encodeURIComponent(accountId)}`;
const thread = new Thread();
let userId = new URLSearchParams(location.search).get("user");
let account;
let blocked = false;
let actionsFor = null;
// Whether the newest message is in sight; then it stays so when something is added or a picture gets its size.
let atEnd = true;
const composer = new Composer(accountPath, send);

await translatePage();
document.title = t("accounts.title");
try {
  await begin();
} catch (error) {
  showProblem(t("problem", { detail: error.message }));
}

async function begin() {
  account = await call("GET", accountPath);
  const { users } = await call("GET", `${accountPath}/users?page_size=8`);
  userId ??= users[0]?.user_id;
  const user = await call("GET", `${accountPath}/users/${userId}`);
  showHeads(user, users);
  wireMenus();
  wireScrolling();
  setBlocked(user.blocked);
  follow({ account_id: accountId, user_id: userId, types: "sent,tried,received" }, onEvent, onConnection);
}

/** Sends a draft (or what a function makes of an upload); whether it went well. */
async function send(draft) {
  try {
    const body = typeof draft === "function" ? await draft() : draft;
    const { entry } = await call("POST", `${accountPath}/events`, { body: { user_id: userId, ...body } });
    take(entry);
    showProblem("");
    return true;
  } catch (error) {
    showProblem(t("problem", { detail: error.message }));
    return false;
  }
}

function onEvent(event) {
  take(event.data);
}

async function onConnection(connected) {
  element("live").className = connected ? "live on" : "live";
  element("live").textContent = t(connected ? "phone.live" : "phone.offline");
  if (!connected) return;
  const query = new URLSearchParams({ account_id: accountId, user_id: userId, order: "newest", page_size: 200 });
  const { entries } = await call("GET", `control/ledger?${query}`);
  for (const entry of entries) thread.put(entry);
  show();
}

function take(entry) {
  thread.put(entry);
  if (entry.kind === "follow") setBlocked(false);
  if (entry.kind === "unfollow") setBlocked(true);
  show();
}

function show() {
  const context = {
    accountPath,
    shopPicture: picture(account.bot_user_id),
    quoted: (messageId) => thread.quoted(messageId),
    onActions: openActions,
  };
  draw(element("chat"), thread.items(), context);
  stayAtEnd();
}

function stayAtEnd() {
  if (atEnd) element("chat").scrollTop = element("chat").scrollHeight;
}

function showHeads(user, users) {
  document.title = `${account.display_name} · ${user.display_name}`;
  element("shop-name").textContent = account.display_name;
  element("shop-picture").src = picture(account.bot_user_id);
  element("as").textContent = t("phone.as", { name: user.display_name });
  const people = users.some((item) => item.user_id === userId) ? users : [user, ...users];
  for (const id of ["people", "people-small"]) element(id).replaceChildren(...people.map(person));
}

function person(user) {
  return make(
    "a",
    { href: `?user=${user.user_id}`, "aria-current": user.user_id === userId ? "page" : null },
    make("img", { class: "face", src: picture(user.user_id), alt: "" }),
    make("span", { textContent: user.display_name }),
  );
}

function picture(seed) {
  return new URL(`line/pictures/${seed}.png`, root).href;
}

function wireMenus() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.querySelector(".close").onclick = () => dialog.close();
    dialog.onclick = (event) => event.target === dialog && dialog.close();
  }
  element("more").onclick = () => element("more-menu").showModal();
  element("unblock").onclick = () => act("unblock");
  for (const button of element("more-menu").querySelectorAll("button[value]")) {
    button.onclick = () => act(button.value);
  }
  for (const button of element("message-menu").querySelectorAll("button[value]")) {
    button.onclick = () => actOnMessage(button.value);
  }
}

function wireScrolling() {
  const chat = element("chat");
  chat.onscroll = () => (atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 60);
  for (const name of ["load", "loadedmetadata"]) chat.addEventListener(name, stayAtEnd, true);
  new ResizeObserver(stayAtEnd).observe(chat);
}

async function act(name) {
  element("more-menu").close();
  await send({ kind: name === "block" ? "unfollow" : "follow" });
}

function setBlocked(value) {
  blocked = value;
  element("blocked").hidden = !blocked;
  composer.disable(blocked);
  element("more-menu").querySelector("[value=block]").hidden = blocked;
  element("more-menu").querySelector("[value=unblock]").hidden = !blocked;
}

function openActions(item) {
  actionsFor = item;
  const menu = element("message-menu");
  menu.querySelector("[value=edit]").hidden = item.message.type !== "text";
  menu.showModal();
}

async function actOnMessage(name) {
  element("message-menu").close();
  if (name === "quote" || name === "edit") composer.about({ kind: name, item: actionsFor });
  else if (name === "unsend") await send({ kind: "unsend", message_id: actionsFor.messageId });
  else await again(actionsFor.eventId);
}

async function again(eventId) {
  try {
    take((await call("POST", `${accountPath}/redeliveries`, { body: { event_id: eventId } })).entry);
    showProblem("");
  } catch (error) {
    showProblem(t("problem", { detail: error.message }));
  }
}
