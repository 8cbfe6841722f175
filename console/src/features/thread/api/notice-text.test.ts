import { expect, it } from "vitest";
import { chooseLanguage, i18n } from "@/lib/i18n/i18n";
import { noticeText } from "./notice-text";

const told = { number: "#1001", status: "partially_paid", total: "1280.00", currency: "TWD" };

it.each([
  ["zh-TW", "新訂單 · #1001 · 部分付款 · $1,280.00"],
  ["zh-CN", "新订单 · #1001 · 部分付款 · NT$1,280.00"],
  ["en", "New order · #1001 · Partly paid · NT$1,280.00"],
] as const)("says an order's number, state and amount (%s)", async (language, text) => {
  await chooseLanguage(language);
  expect(noticeText("order_created", i18n.getFixedT(language, "thread"), told)).toBe(text);
});

it.each([
  [{ status: "on-hold" }, "Order updated · On hold"],
  [{ status: "Awaiting tailor", total: "5" }, "Order updated · Awaiting tailor · 5"],
  [{ total: "about 5", currency: "EUR" }, "Order updated · about 5 EUR"],
  [{}, "Order updated"],
])("leaves out what the shop did not tell and keeps what has no word (%#)", async (fields, text) => {
  await chooseLanguage("en");
  expect(noticeText("order_updated", i18n.getFixedT("en", "thread"), fields)).toBe(text);
});

it("keeps the name of a kind that has no words", () =>
  expect(noticeText("weather", i18n.getFixedT("en", "thread"))).toBe("Event: weather"));
