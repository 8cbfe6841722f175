import { expect, it } from "vitest";
import { areComplete, emptyCredentials, fieldNames, given, makeSecret, makeToken, toTell } from "./channel-forms";

it("a form is complete when everything that is needed is there", () => {
  expect(areComplete("facebook", { access_token: " " })).toBe(false);
  expect(areComplete("facebook", { access_token: "token" })).toBe(true);
  expect(areComplete("whatsapp", { access_token: "token" })).toBe(false);
});

it("begins with what is made up here, and sends nothing that was left empty", () => {
  expect(emptyCredentials("web")["widget_secret"]).toMatch(/^[\w-]{43}$/);
  expect(given({ ...emptyCredentials("order"), webhook_secret: " s " })).toEqual({ webhook_secret: "s" });
});

it("makes secrets that nobody guesses, a shop's as Standard Webhooks writes them", () => {
  expect(makeSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(makeSecret()).not.toBe(makeSecret());
  expect(makeToken()).not.toBe(makeToken());
});

it("expects no mistake in what was made up here, so that one is said of the form", () => {
  expect(fieldNames("web")).toEqual([]);
  expect(fieldNames("order")).toEqual(["credentials.webhook_secret", "credentials.answer_url"]);
});

it("tells the other side what was made up here, and nothing else", () => {
  expect(toTell("web", { widget_secret: "w" })).toEqual([["widget_secret", "w"]]);
  expect(toTell("order", { webhook_secret: "s", answer_url: "https://shop.test" })).toEqual([["webhook_secret", "s"]]);
  expect(toTell("facebook", { access_token: "t", verify_token: "" })).toEqual([]);
});
