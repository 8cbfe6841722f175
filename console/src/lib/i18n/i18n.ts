import { createInstance } from "i18next";
import { initReactI18next } from "react-i18next";
import { detectLanguage, type Language } from "@/lib/i18n/languages";
import { browserStorage } from "@/lib/storage";
import traditional from "@/locales/zh-TW";

const SLOT = "frontdesk.language";

/** Only the fallback travels with the first page; the others are fetched when they are wanted. */
const bundles: Record<Language, () => Promise<{ default: object }>> = {
  "zh-TW": () => Promise.resolve({ default: traditional }),
  "zh-CN": () => import("@/locales/zh-CN"),
  en: () => import("@/locales/en"),
};

export const i18n = createInstance();

export async function startI18n(): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: "zh-TW",
    fallbackLng: "zh-TW",
    defaultNS: "common",
    ns: Object.keys(traditional),
    resources: { "zh-TW": traditional },
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false,
  } as Parameters<typeof i18n.init>[0]);
  await show(detectLanguage(navigator.languages, browserStorage.get(SLOT)));
}

/** Shows the console in this language from now on, in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  browserStorage.set(SLOT, language);
  await show(language);
}

export const currentLanguage = (): Language => (i18n.resolvedLanguage ?? "zh-TW") as Language;

async function show(language: Language): Promise<void> {
  const bundle = (await bundles[language]()).default as Record<string, object>;
  for (const [namespace, texts] of Object.entries(bundle))
    i18n.addResourceBundle(language, namespace, texts, true, true);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
}
