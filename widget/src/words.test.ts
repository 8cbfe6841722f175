import { describe, expect, it } from "vitest";
import en from "./locales/en.json";
import zhCN from "./locales/zh-CN.json";
import zhTW from "./locales/zh-TW.json";
import { nearest, speaker } from "./words.ts";

function places(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).toSorted();
}

describe("words", () => {
  it("are the same in all languages, with the same places to fill", () => {
    for (const other of [zhCN, en]) {
      expect(Object.keys(other)).toEqual(Object.keys(zhTW));
      for (const key of Object.keys(zhTW) as (keyof typeof zhTW)[])
        expect(places(other[key]), key).toEqual(places(zhTW[key]));
    }
  });

  it("are filled in", () => {
    expect(speaker("en")("openUnread", { count: 3 })).toContain("3");
  });

  it.each([
    [["zh-Hans"], "zh-CN"],
    [["zh-SG"], "zh-CN"],
    [["zh-HK"], "zh-TW"],
    [["fr", "en-US"], "en"],
    [["fr"], "zh-TW"],
    [[], "zh-TW"],
  ])("of %o are %s", (names, language) => {
    expect(nearest(names)).toBe(language);
  });
});
