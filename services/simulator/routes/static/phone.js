// The phone: one person's chat with one account.

import { draw } from "./bubbles.js";
import { channels, isConnected } from "./channels.js";
import { Composer } from "./composer.js";
import { make, showProblem } from "./dom.js";
import { t, translatePage } from "./language.js";
import { call, follow, root } from "./simulator.js";
import { Thread } from "./thread.js";

const element = (id) => document.getElementById(id);
const [channelName, accountId] = location.pathname.split("/").slice(-2).map(decodeURIComponent);
const channel = channels[channelName];
const accountPath = `control/${channelName}/${encodeURIComponent(accountId)}`;
const thread = new Thread(channel);
// What a customer does besides writing: from an ad, with its first button, with another number.
const HAPPENINGS = {
  ad: { text: "你好，我想了解廣告中的商品", ad: {} },
  get_started: { kind: "postback", text: "Get started", payload: "GET_STARTED" },
  number_changed: { kind: "number_changed" },
  story_mention: { type: "story_mention" },
  story_reply: { type: "story_reply", text: "😍" },
  ig_post: { type: "ig_post" },
  contacts: { type: "contacts" },
  order: { type: "order" },
};
let userId = new URLSearchParams(location.search).get("user");
let account;
let blocked = false;
let actionsFor = null;
// Whether the newest message is in sight; then it stays so when something is added or a picture gets its size.
let atEnd = true;
const composer = new Composer(accountPath, channel, send);
composer.disable(true); // until it is known who writes to whom

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
  window.addEventListener("focus", lookAgain);
  follow({ account_id: accountId, user_id: userId, types: "sent,tried,received,action" }, onEvent, onConnection);
}

// Somebody may have connected the account in another window.
async function lookAgain() {
  if (isConnected(account)) return;
  account = await call("GET", accountPath);
  showWritable();
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
  if (event.type === "action") showAction(event.data.action);
  else take(event.data);
}

// What the shop lets be seen of itself: that it reads, that it writes. It is forgotten with the next message.
function showAction(action) {
  const read = ["mark_seen", "read"].includes(action);
  element("action").textContent = read ? t("phone.shop_read") : action === "typing_on" ? t("phone.shop_types") : "";
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
  if (entry.direction === "received") element("action").textContent = "";
  if (entry.kind === "follow") setBlocked(false);
  if (entry.kind === "unfollow") setBlocked(true);
  show();
}

function show() {
  const context = {
    accountPath,
    shopPicture: place(channel.shopPicture(account)),
    reacts: channel.reacts,
    quoted: (messageId) => thread.quoted(messageId),
    onActions: openActions,
    onPress: (button, item) => send(channel.press(button, item)),
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
  element("shop-picture").src = place(channel.shopPicture(account));
  element("hint").textContent = t("phone.hint", { app: channel.title });
  element("as").textContent = t("phone.as", { name: user.display_name });
  const people = users.some((item) => item.user_id === userId) ? users : [user, ...users];
  for (const id of ["people", "people-small"]) element(id).replaceChildren(...people.map(person));
}

function person(user) {
  return make(
    "a",
    { href: `?user=${user.user_id}`, "aria-current": user.user_id === userId ? "page" : null },
    make("img", { class: "face", src: place(channel.personPicture(user)), alt: "" }),
    make("span", { textContent: user.display_name }),
  );
}

function place(path) {
  return new URL(path, root).href;
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
  for (const button of document.querySelectorAll("[data-only]")) {
    button.hidden = !button.dataset.only.split(" ").includes(channelName);
  }
  for (const button of element("reactions").querySelectorAll("button")) {
    button.onclick = () => react(button.value);
  }
  for (const button of element("message-menu").querySelectorAll(".list > button[value]")) {
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
  if (name === "block" || name === "unblock") await block(name);
  else if (name === "read") await markRead();
  else await send(HAPPENINGS[name]);
}

async function block(name) {
  if (channel.block) await send(channel.block(name === "block"));
  else setBlocked((await call("POST", `${accountPath}/users/${userId}/${name}`)).blocked);
}

async function markRead() {
  const last = thread.lastAnswer();
  if (last) await send({ kind: "read", message_id: last.messageId });
}

async function react(emoji) {
  element("message-menu").close();
  await send({ kind: "reaction", message_id: actionsFor.messageId, emoji });
}

function setBlocked(value) {
  blocked = value;
  element("more-menu").querySelector("[value=block]").hidden = blocked;
  element("more-menu").querySelector("[value=unblock]").hidden = !blocked;
  showWritable();
}

// Nothing can be done to an account that would hear of nothing.
function showWritable() {
  const connected = isConnected(account);
  element("not-connected").hidden = connected;
  element("blocked").hidden = !blocked;
  composer.disable(blocked || !connected);
  for (const button of document.querySelectorAll("#more-menu button[value], #unblock")) button.disabled = !connected;
}

function openActions(item) {
  if (!isConnected(account)) return;
  actionsFor = item;
  const menu = element("message-menu");
  const mine = item.mine;
  menu.querySelector("[value=edit]").hidden = !mine || item.message.type !== "text";
  menu.querySelector("[value=unsend]").hidden = !mine || !channel.takesBack;
  menu.querySelector("[value=again]").hidden = !mine;
  element("reactions").hidden = !channel.reacts;
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
