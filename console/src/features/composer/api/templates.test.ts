import { describe, expect, it } from "vitest";
import { choose, fill, isFilled, NO_VALUES, readable, searchTemplates, type Template } from "./templates";

const shipped: Template = {
  name: "order_shipped",
  language: "zh_TW",
  status: "approved",
  category: "UTILITY",
  header: "訂單 {{1}}",
  body: "{{1}} 您好，{{2}} 已出貨。{{1}} 請留意。",
  footer: "小日子選物",
  buttons: [{ text: "查看" }],
  variables: [
    { component: "header", index: 0, example: "FD-1" },
    { component: "body", index: 0, example: "小晴" },
    { component: "body", index: 1, example: "襯衫" },
  ],
};
const values = { header: ["FD-9"], body: ["林小晴", "外套"], buttons: [] };

describe("templates", () => {
  it("rule 45: are read with their variables filled in, one that stands twice in both places", () => {
    expect(readable(shipped, values)).toBe("訂單 FD-9\n\n林小晴 您好，外套 已出貨。林小晴 請留意。\n\n小日子選物");
    expect(fill("{{2}} {{1}} {{3}}", ["a", "b"])).toBe("b a {{3}}");
    expect(fill("Hi {{first_name}}, {{order}}", ["Yu", "7"])).toBe("Hi Yu, 7");
  });

  it("are sent with every variable, in its order", () => {
    expect(isFilled(shipped, { ...values, header: [" "] })).toBe(false);
    expect(isFilled(shipped, values)).toBe(true);
    expect(choose(shipped, values)).toEqual({
      name: "order_shipped",
      language: "zh_TW",
      variables: { header: ["FD-9"], body: ["林小晴", "外套"] },
    });
    expect(choose({ ...shipped, variables: [] }, NO_VALUES).variables).toEqual({});
  });

  it("are found by name, words and language", () => {
    const english = { ...shipped, language: "en", body: "Hello" };
    expect(searchTemplates([shipped, english], "ORDER 出貨", "")).toEqual([shipped]);
    expect(searchTemplates([shipped, english], "", "en")).toEqual([english]);
  });
});
