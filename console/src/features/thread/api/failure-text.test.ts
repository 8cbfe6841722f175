import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import simplified from "@/locales/zh-CN/thread.json";
import english from "@/locales/en/thread.json";
import traditional from "@/locales/zh-TW/thread.json";
import { isPointless } from "./failure-text";

/** The backend's one list of what can go wrong with a message: its codes, and who may try again. */
const FAILURES = [
  ...readFileSync("../libs/channels/outcomes.py", "utf8").matchAll(/Failure\(\s*"(\w+)",[^)]*?Retry\.(\w+)/g),
].map(([, code = "", retry = ""]) => ({ code, retry }));

describe("why a message failed", () => {
  it.each([
    ["zh-TW", traditional],
    ["zh-CN", simplified],
    ["en", english],
  ])("%s has words for every code of the backend", (_, { failure }) => {
    expect(FAILURES.length).toBeGreaterThan(10);
    expect(FAILURES.map(({ code }) => code).filter((code) => !(code in failure))).toEqual([]);
  });

  it("offers another try for all but those that the backend calls pointless", () => {
    const pointless = FAILURES.filter(({ retry }) => retry === "NEVER").map(({ code }) => code);
    expect(FAILURES.map(({ code }) => code).filter(isPointless)).toEqual(pointless);
  });
});
