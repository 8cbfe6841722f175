import { describe, expect, it } from "vitest";
import { buttonShows, deskOf, optionsOf, type Options } from "./options.ts";

const PRODUCT = { priceHidden: false, inStock: true, backorder: false };

function script(data: Record<string, string>, src = "https://desk.example/widget/v1/widget.js"): HTMLScriptElement {
  const element = document.createElement("script");
  Object.assign(element.dataset, data);
  element.src = src;
  return element;
}

describe("the button (rule 50)", () => {
  const cases: [Options["page"], Partial<Options["product"]>, boolean][] = [
    ["other", {}, true],
    ["product", {}, false],
    ["product", { priceHidden: true }, true],
    ["product", { inStock: false }, true],
    ["product", { inStock: false, backorder: true }, false],
    ["product", { priceHidden: true, inStock: false, backorder: true }, true],
    ["list", {}, false],
    ["list", { priceHidden: true }, true],
    ["list", { inStock: false }, true],
    ["list", { inStock: false, backorder: true }, false],
  ];
  it.each(cases)("on a page %s of a product %o shows: %s", (page, product, shows) => {
    expect(buttonShows({ page, product: { ...PRODUCT, ...product } })).toBe(shows);
  });
});

describe("the script's attributes", () => {
  it("say what the page is", () => {
    const options = optionsOf(
      script({ account: "a-1", memberToken: "t", language: "en-GB", page: "product", priceHidden: "true" }),
    );
    expect(options).toEqual({
      account: "a-1",
      memberToken: "t",
      language: "en",
      page: "product",
      product: { priceHidden: true, inStock: true, backorder: false },
    });
  });

  it("may all be missing", () => {
    document.documentElement.lang = "zh-Hant-TW";
    const options = optionsOf(script({}));
    expect([options.account, options.language, options.page]).toEqual(["", "zh-TW", "other"]);
  });

  it("lead to the desk by the script's own address", () => {
    expect(deskOf(script({}))).toBe("https://desk.example");
    expect(deskOf(script({}, "https://shop.example/desk/widget/v1/widget.js"))).toBe("https://shop.example/desk");
  });
});
