export const LANGUAGES = ["zh-TW", "zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Their own names, so that everybody finds the own one. */
export const LANGUAGE_NAMES: Record<Language, string> = { "zh-TW": "繁體中文", "zh-CN": "简体中文", en: "English" };

/** The first of the browser's languages we speak; Traditional Chinese when there is none. */
export function detectLanguage(preferred: readonly string[], chosen: string | null): Language {
  if (LANGUAGES.includes(chosen as Language)) return chosen as Language;
  for (const tag of preferred) {
    if (/^zh\b.*(hans|cn|sg|my)/i.test(tag)) return "zh-CN";
    if (/^zh\b/i.test(tag)) return "zh-TW";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "zh-TW";
}
