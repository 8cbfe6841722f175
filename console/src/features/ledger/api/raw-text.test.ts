import { expect, it } from "vitest";
import { bytesOf, hexDump, prettyJson } from "./raw-text";

const encode = (text: string): string => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));

it("shows JSON with one field a line, in the characters it means", () =>
  expect(prettyJson(bytesOf(encode('{"text":"你好"}')))).toBe('{\n  "text": "你好"\n}'));

it("knows what is no JSON, and what is no text at all", () => {
  expect(prettyJson(bytesOf(encode("<html>")))).toBeNull();
  expect(prettyJson(bytesOf(btoa("\xff\xfe")))).toBeNull();
  expect(bytesOf("%%")).toHaveLength(0);
});

it("shows bytes as programmers read them", () =>
  expect(hexDump(bytesOf(btoa("Hi\n0123456789abcdef")))).toBe(
    [
      "00000000  48 69 0a 30 31 32 33 34 35 36 37 38 39 61 62 63  Hi.0123456789abc",
      `00000010  ${"64 65 66".padEnd(47)}  def`,
    ].join("\n"),
  ));
