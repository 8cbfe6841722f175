import { expect, it } from "vitest";
import { i18n } from "@/lib/i18n/i18n";
import { detectLanguage } from "@/lib/i18n/languages";
import { dayName, shortTime } from "./format";
import { sortableInstant } from "./instants";

const NOW = new Date(2026, 10, 20, 15, 4, 0).getTime();
const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();
const t = i18n.getFixedT("zh-TW", "common");

it("tells the nearer time the more exactly", () => {
  const shown = [0, 5, 90, 60 * 24, 60 * 24 * 3, 60 * 24 * 40, 60 * 24 * 400].map((minutes) =>
    shortTime(ago(minutes), "zh-TW", t, NOW),
  );
  expect(shown).toEqual(["剛剛", "5 分鐘前", "13:34", "昨天", "週二", "10/11", "2025/10/16"]);
});

it("names days", () => {
  expect(dayName(ago(1), "zh-TW", t, NOW)).toBe("今天");
  expect(dayName(ago(60 * 24 * 3), "en", t, NOW)).toBe("Tue, November 17");
});

it("makes instants sort as text", () => {
  const instants = ["2026-11-20T08:00:01.25Z", "2026-11-20T08:00:01Z", "2026-11-20T08:00:00.999999Z"];
  expect(instants.toSorted((a, b) => (sortableInstant(a) < sortableInstant(b) ? -1 : 1))).toEqual(
    instants.toReversed(),
  );
});

it("rule 119: speaks the browser's language, the chosen one before it, and Traditional Chinese where it speaks none", () => {
  expect(detectLanguage(["fr", "en-GB"], null)).toBe("en");
  expect(detectLanguage(["zh-Hans-SG"], null)).toBe("zh-CN");
  expect(detectLanguage(["zh-HK"], null)).toBe("zh-TW");
  expect(detectLanguage(["fr"], null)).toBe("zh-TW");
  expect(detectLanguage(["fr", "en"], "zh-CN")).toBe("zh-CN");
});
