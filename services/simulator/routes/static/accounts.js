// The list of accounts, each with the people one can write as.

import { make, showProblem } from "./dom.js";
import { t, translatePage } from "./language.js";
import { call, root } from "./simulator.js";

await translatePage();
document.title = t("accounts.title");
await show();

async function show() {
  try {
    const { accounts } = await call("GET", "control/line/accounts");
    const cards = await Promise.all(accounts.map(card));
    document.getElementById("accounts").replaceChildren(...(cards.length ? cards : [nothing()]));
    showProblem("");
  } catch (error) {
    showProblem(t("problem", { detail: error.message }));
  }
}

async function card(account) {
  const { users } = await call("GET", `control/line/${encodeURIComponent(account.account_id)}/users?page_size=8`);
  return make(
    "section",
    { class: "card" },
    make("h2", { textContent: account.display_name }),
    make("p", { class: "hint", textContent: `LINE · ${account.account_id} · ${account.basic_id}` }),
    account.webhook_url
      ? make("p", { class: "hint address", textContent: account.webhook_url })
      : make("p", { class: "problem", textContent: t("accounts.no_webhook") }),
    make("ul", { class: "people" }, ...users.map((user) => make("li", {}, person(account, user)))),
  );
}

function person(account, user) {
  const picture = user.picture_path ?? `line/pictures/${user.user_id}.png`;
  return make(
    "a",
    { href: new URL(`phone/line/${encodeURIComponent(account.account_id)}?user=${user.user_id}`, root).href },
    make("img", { class: "face", src: new URL(picture, root).href, alt: "" }),
    make("span", { textContent: user.display_name }),
  );
}

function nothing() {
  return make("p", { class: "hint", textContent: t("accounts.none") });
}
