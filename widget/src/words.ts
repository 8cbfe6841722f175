import en from "./locales/en.json";
import zhCN from "./locales/zh-CN.json";
import zhTW from "./locales/zh-TW.json";

export type Key = keyof typeof zhTW;
export type Language = "zh-TW" | "zh-CN" | "en";
export type Say = (key: Key, values?: Record<string, string | number>) => string;

const WORDS: Record<Language, Record<Key, string>> = { "zh-TW": zhTW, "zh-CN": zhCN, en };

/** The nearest of our languages to what a page or browser names; zh-TW where none is near. */
export function nearest(names: readonly string[]): Language {
  for (const name of names.map((each) => each.toLowerCase())) {
    if (/^zh-(cn|sg|hans)/.test(name)) return "zh-CN";
    if (name.startsWith("zh")) return "zh-TW";
    if (name.startsWith("en")) return "en";
  }
  return "zh-TW";
}

export function speaker(language: Language): Say {
  return (key, values = {}) =>
    WORDS[language][key].replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
}
