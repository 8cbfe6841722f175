import { expect, it } from "vitest";
import { segments } from "./segments";

const parts = (...args: Parameters<typeof segments>) => segments(...args).map(({ kind, text }) => [kind, text]);

it("finds addresses, without the punctuation after them", () => {
  expect(parts("看這裡:https://shop.example/a?b=1,c。謝謝")).toEqual([
    ["text", "看這裡:"],
    ["link", "https://shop.example/a?b=1,c"],
    ["text", "。謝謝"],
  ]);
  expect(parts("(see https://shop.example/a).")).toEqual([
    ["text", "(see "],
    ["link", "https://shop.example/a"],
    ["text", ")."],
  ]);
});

it("cuts by code points, so that emoji before a mention do not shift it", () => {
  expect(parts("😊 @小舖 你好", [{ kind: "mention", offset: 2, length: 3, value: "all" }])).toEqual([
    ["text", "😊 "],
    ["mention", "@小舖"],
    ["text", " 你好"],
  ]);
});

it("leaves out what lies beyond the text or within another", () => {
  const entities = [
    { kind: "emoji" as const, offset: 0, length: 2, value: "" },
    { kind: "mention" as const, offset: 1, length: 1, value: "" },
    { kind: "mention" as const, offset: 2, length: 9, value: "" },
  ];
  expect(parts("abcd", entities)).toEqual([
    ["emoji", "ab"],
    ["text", "cd"],
  ]);
});

it("never links anything but http", () =>
  expect(parts("javascript:alert(1)")).toEqual([["text", "javascript:alert(1)"]]));
