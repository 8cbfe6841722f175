import { nearest, type Language } from "./words.ts";

/** What the shop's page says of itself, in data-* attributes of the script or through Frontdesk.update(). */
export interface Options {
  account: string;
  /** Signed by the shop's server for a signed-in member; "" for guests. */
  memberToken: string;
  language: Language;
  /** "list" and "product" show the button by the rule below; anything else always. */
  page: "list" | "product" | "other";
  product: Product;
}

export interface Product {
  priceHidden: boolean;
  inStock: boolean;
  backorder: boolean;
}

/** Where the script came from is where the desk is. */
export function deskOf(script: HTMLScriptElement): string {
  return new URL(".", script.src).href.replace(/\/widget\/v1\/$/, "");
}

export function optionsOf(script: HTMLScriptElement): Options {
  const data = script.dataset;
  const page = data["page"];
  return {
    account: data["account"] ?? "",
    memberToken: data["memberToken"] ?? "",
    language: nearest([data["language"] ?? "", document.documentElement.lang, ...navigator.languages].filter(Boolean)),
    page: page === "list" || page === "product" ? page : "other",
    product: {
      priceHidden: data["priceHidden"] === "true",
      inStock: data["inStock"] !== "false",
      backorder: data["backorder"] === "true",
    },
  };
}

/** On product pages the button shows where one must ask: the price is hidden, or it is sold out and not on backorder. */
export function buttonShows({ page, product }: Pick<Options, "page" | "product">): boolean {
  return page === "other" || product.priceHidden || (!product.inStock && !product.backorder);
}
