import { expect, it } from "vitest";
import { areComplete, emptyCredentials, given, makeSecret } from "./channel-forms";

it("a form is complete when everything that is needed is there", () => {
  expect(areComplete("facebook", { access_token: " " })).toBe(false);
  expect(areComplete("facebook", { access_token: "token" })).toBe(true);
  expect(areComplete("whatsapp", { access_token: "token" })).toBe(false);
});

it("begins with what is made up here, and sends nothing that was left empty", () => {
  expect(emptyCredentials("web")["widget_secret"]).toMatch(/^[\w-]{43}$/);
  expect(given({ ...emptyCredentials("order"), webhook_secret: " s " })).toEqual({
    kind: "shopify",
    webhook_secret: "s",
  });
  expect(makeSecret()).not.toBe(makeSecret());
});
