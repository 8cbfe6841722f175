// The pages' words. The page says where they go: data-t (text), data-label (aria-label), data-placeholder.

const NAMES = { "zh-TW": "繁體中文", "zh-CN": "简体中文", en: "English" };
const KEPT = "frontdesk-simulator-language";
let words = {};

export let language = "zh-TW";

/** Loads the words of the language chosen before, or the browser's, and puts them into the page. */
export async function translatePage() {
  language = localStorage.getItem(KEPT) ?? preferred();
  const response = await fetch(new URL(`locales/${language}.json`, import.meta.url));
  words = await response.json();
  document.documentElement.lang = language;
  translate(document);
  for (const select of document.querySelectorAll("select.languages")) offerLanguages(select);
}

/** The words for a key, with {name} replaced by values.name. */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function time(milliseconds) {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(milliseconds);
}

export function day(milliseconds) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(milliseconds);
}

function translate(within) {
  for (const element of within.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of within.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
    if (element.matches("button, a")) element.title = t(element.dataset.label);
  }
  for (const element of within.querySelectorAll("[data-placeholder]")) {
    element.placeholder = t(element.dataset.placeholder);
  }
}

function preferred() {
  for (const wanted of navigator.languages) {
    if (/^zh\b.*(CN|Hans|SG)/i.test(wanted)) return "zh-CN";
    if (/^zh\b/i.test(wanted)) return "zh-TW";
    if (/^en\b/i.test(wanted)) return "en";
  }
  return "zh-TW";
}

function offerLanguages(select) {
  select.replaceChildren(
    ...Object.entries(NAMES).map(([value, name]) => new Option(name, value, false, value === language)),
  );
  select.onchange = () => {
    localStorage.setItem(KEPT, select.value);
    location.reload();
  };
}
