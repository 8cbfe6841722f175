// The page of an order, as a shop shows it to who ordered: what they write about it, and the shop's answers.

import { make, showProblem } from "./dom.js";
import { t, time, translatePage } from "./language.js";
import { call, follow } from "./simulator.js";

const element = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const entries = new Map();
let shopPath;
let order;

await translatePage();
document.title = t("orders.title");
try {
  await begin();
} catch (error) {
  showProblem(t("problem", { detail: error.message }));
}

async function begin() {
  const { accounts } = await call("GET", "control/order/accounts");
  const shop = accounts.find((one) => one.account_id === query.get("shop")) ?? accounts[0];
  if (!shop) throw new Error(t("orders.none"));
  shopPath = `control/order/${encodeURIComponent(shop.account_id)}`;
  const { orders } = await call("GET", `${shopPath}/orders?page_size=12`);
  order = orders.find((one) => one.order_id === query.get("order")) ?? orders[0];
  element("orders").replaceChildren(...orders.map((one) => link(shop, one)));
  element("number").textContent = `${t("orders.order")} ${order.number}`;
  showFacts();
  element("composer").onsubmit = submit;
  element("picture").onchange = showPictureName;
  element("shipped").onclick = () => tell({ kind: "updated", status: "shipped" });
  follow({ account_id: shop.account_id, user_id: order.order_id, types: "sent,tried,received" }, take, (connected) =>
    connected ? load(shop) : undefined,
  );
}

async function load(shop) {
  const wanted = new URLSearchParams({ account_id: shop.account_id, user_id: order.order_id, order: "newest", page_size: 200 });
  for (const entry of (await call("GET", `control/ledger?${wanted}`)).entries) entries.set(entry.sequence, entry);
  show();
}

function link(shop, one) {
  const address = `?${new URLSearchParams({ shop: shop.account_id, order: one.order_id })}`;
  const current = one.order_id === order.order_id ? "page" : null;
  return make("a", { href: address, "aria-current": current, textContent: `${one.number} ${one.name}` });
}

function showFacts() {
  element("facts").textContent = [order.name, `${order.currency} ${order.total}`, order.status].join(" · ");
}

function showPictureName() {
  element("picture-name").textContent = element("picture").files[0]?.name ?? t("orders.picture");
}

async function submit(event) {
  event.preventDefault();
  const [file] = element("picture").files;
  const text = element("text").value.trim();
  if (!text && !file) return;
  const sent = await tell(async () => {
    const upload = file && (await call("POST", `${shopPath}/uploads`, { body: file, type: file.type }));
    return { text: text || undefined, upload_id: upload?.upload_id };
  });
  if (sent) {
    element("composer").reset();
    showPictureName();
  }
}

/** Something happens to the order; whether it went well. */
async function tell(draft) {
  try {
    const body = typeof draft === "function" ? await draft() : draft;
    const { entry } = await call("POST", `${shopPath}/events`, { body: { order_id: order.order_id, ...body } });
    take({ data: entry });
    if (body.status) {
      order = await call("GET", `${shopPath}/orders/${encodeURIComponent(order.order_id)}`);
      showFacts();
    }
    showProblem("");
    return true;
  } catch (error) {
    showProblem(t("problem", { detail: error.message }));
    return false;
  }
}

function take(event) {
  entries.set(event.data.sequence, event.data);
  show();
}

function show() {
  const thread = element("thread");
  thread.replaceChildren(...[...entries.values()].sort((a, b) => a.sequence - b.sequence).map(item));
  thread.scrollTop = thread.scrollHeight;
}

function item(entry) {
  if (entry.direction === "sent" && entry.kind !== "message") {
    return make("li", { class: "told", textContent: t("orders.told", { kind: entry.kind }) });
  }
  const mine = entry.direction === "sent";
  const images = mine ? (entry.event?.message?.images ?? []).map((one) => one.url) : entry.message.images;
  const who = mine ? (entry.answered ? t("orders.sent") : t("orders.sending")) : t("orders.shop");
  return make(
    "li",
    { class: mine ? "mine" : null },
    make("span", { class: "who", textContent: `${who} · ${time(mine ? entry.timestamp : entry.at)}` }),
    ...images.map((url) => make("img", { src: near(url), alt: t("orders.picture") })),
    entry.text || "",
  );
}

// A customer's picture has the address at which the desk fetches it; here it is beside the page.
function near(address) {
  const place = new URL(address);
  const found = place.pathname.match(/\/shop\/pictures\/.+$/);
  return found ? new URL(`..${found[0]}`, import.meta.url).href : address;
}
