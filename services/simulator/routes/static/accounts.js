// The list of accounts, each with the people one can write as.

import { channels, isConnected } from "./channels.js";
import { make, showProblem } from "./dom.js";
import { t, translatePage } from "./language.js";
import { call, root } from "./simulator.js";

await translatePage();
document.title = t("accounts.title");
await show();

async function show() {
  try {
    const cards = (await Promise.all(Object.keys(channels).map(cardsOf))).flat();
    document.getElementById("accounts").replaceChildren(...(cards.length ? cards : [nothing()]));
    showProblem("");
  } catch (error) {
    showProblem(t("problem", { detail: error.message }));
  }
}

async function cardsOf(channel) {
  const { accounts } = await call("GET", `control/${channel}/accounts`);
  return Promise.all(accounts.map((account) => card(channel, account)));
}

async function card(channel, account) {
  const { users } = await call("GET", `control/${channel}/${encodeURIComponent(account.account_id)}/users?page_size=8`);
  const known = account.basic_id ?? account.provider_id;
  return make(
    "section",
    { class: "card" },
    make("h2", { textContent: account.display_name }),
    make("p", { class: "hint", textContent: `${channels[channel].title} · ${account.account_id} · ${known}` }),
    ...(isConnected(account) ? connected(channel, account, users) : [notConnected()]),
  );
}

function connected(channel, account, users) {
  return [
    make("p", { class: "hint address", textContent: account.webhook_url }),
    make("ul", { class: "people" }, ...users.map((user) => make("li", {}, person(channel, account, user)))),
  ];
}

function notConnected() {
  return make("p", { class: "hint", textContent: t("accounts.not_connected") });
}

function person(channel, account, user) {
  const picture = channels[channel].personPicture(user);
  return make(
    "a",
    { href: new URL(`phone/${channel}/${encodeURIComponent(account.account_id)}?user=${user.user_id}`, root).href },
    make("img", { class: "face", src: new URL(picture, root).href, alt: "" }),
    make("span", { textContent: user.display_name }),
  );
}

function nothing() {
  return make("p", { class: "hint", textContent: t("accounts.none") });
}
