import { describe, expect, it } from "vitest";
import simplified from "./zh-CN";
import english from "./en";
import traditional from "./zh-TW";

type Texts = { [key: string]: string | Texts };

/** "inbox.status.open" → text; plural endings folded, for languages have different ones. */
function flatten(texts: Texts, prefix = ""): Map<string, string> {
  const entries = Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === "string"
      ? [[(prefix + key).replace(/_(one|other)$/, "_count"), value]]
      : [...flatten(value, `${prefix}${key}.`)],
  );
  return new Map(entries);
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? "").toSorted();

const reference = flatten(traditional);

describe.each([
  ["zh-CN", flatten(simplified)],
  ["en", flatten(english)],
])("%s", (_, texts) => {
  it("holds the same keys as Traditional Chinese", () => {
    expect([...texts.keys()].toSorted()).toEqual([...reference.keys()].toSorted());
  });

  it("fills the same places in every text", () => {
    for (const [key, text] of texts)
      expect([key, placeholders(text)]).toEqual([key, placeholders(reference.get(key) ?? "")]);
  });

  it("leaves no text empty", () => {
    for (const [key, text] of texts) expect([key, text.trim()]).not.toEqual([key, ""]);
  });
});

describe("Chinese texts", () => {
  it.each([
    ["zh-TW", reference],
    ["zh-CN", flatten(simplified)],
  ])("%s: use full-width punctuation between Chinese characters", (_, texts) => {
    const halfWidth = /[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]/;
    expect([...texts].filter(([, text]) => halfWidth.test(text))).toEqual([]);
  });
});
