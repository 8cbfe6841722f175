import { expect, it } from "vitest";
import { durationText, sizeText } from "./size-text";

it.each([
  [0, "0 B"],
  [555, "555 B"],
  [284_160, "284 kB"],
  [4_850_000, "4.9 MB"],
  [3_000_000_000, "3 GB"],
])("writes %i bytes as %j", (bytes, text) => expect(sizeText(bytes)).toBe(text));

it("writes durations in minutes and seconds", () =>
  expect([1_400, 74_000].map(durationText)).toEqual(["0:01", "1:14"]));
