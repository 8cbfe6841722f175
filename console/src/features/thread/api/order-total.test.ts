import { expect, it } from "vitest";
import { orderTotal, priceText } from "./order-total";

const shirt = { product_id: "shirt", quantity: 2, price: "990.5", currency: "TWD" };

it("adds prices times quantities", () =>
  expect(orderTotal([shirt, { price: "100", currency: "TWD" }])).toEqual({ amount: 2081, currency: "TWD" }));

it("adds nothing where a price is missing or currencies differ", () => {
  expect(orderTotal([shirt, { quantity: 1, currency: "TWD" }])).toBeNull();
  expect(orderTotal([shirt, { price: "1", currency: "USD" }])).toBeNull();
  expect(orderTotal([])).toBeNull();
});

it("writes a price as readers do, and one in an unknown currency all the same", () => {
  expect(priceText(1980, "TWD", "zh-TW")).toBe("$1,980.00");
  expect(priceText(1980, "", "en")).toBe("1,980");
});
