const TINTS = 7;

/** "王小明" → "小明", "Ada Lovelace" → "AL", "🌸" → "🌸": what people are called by, in a space for one or two. */
export function initials(name: string, most: 1 | 2 = 2): string {
  const text = name.trim();
  const han = text.match(/\p{Script=Han}/gu);
  if (han && /^\p{Script=Han}+$/u.test(text)) return han.slice(-most).join("");
  const words = text.split(/[\s_.-]+/u).filter(Boolean);
  const letters = words.slice(0, most).map((word) => firstCharacter(word));
  return (han && letters[0] ? letters[0] : letters.join("")).toLocaleUpperCase();
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const firstCharacter = (word: string): string => segmenter.segment(word).containing(0)?.segment ?? "";

/** 0 to 6, always the same for one id. */
export function tint(id: string): number {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return hash % TINTS;
}
