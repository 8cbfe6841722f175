import type { TFunction } from "i18next";
import type { Language } from "@/lib/i18n/languages";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(language, options);
  formatters.set(key, known);
  return known;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** "15:04" in the browser's time zone. */
export const clockTime = (instant: string, language: Language): string =>
  formatter(language, CLOCK).format(new Date(instant));

/** Date and time in full, for titles and tables. */
export const fullTime = (instant: string, language: Language): string =>
  formatter(language, { year: "numeric", month: "short", day: "numeric", ...CLOCK }).format(new Date(instant));

const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0);

/** Whole calendar days between the two, in the browser's time zone; summer time does not matter. */
const daysBefore = (instant: number, now: number): number => Math.round((startOfDay(now) - startOfDay(instant)) / DAY);

/** For a list: "now", "5 min", then the time of day, the weekday, the date. */
export function shortTime(instant: string, language: Language, t: TFunction<"common">, now = Date.now()): string {
  const time = Date.parse(instant);
  const minutes = Math.floor((now - time) / MINUTE);
  if (minutes < 1) return t("time.now");
  if (minutes < 60) return t("time.minutes", { count: minutes });
  const days = daysBefore(time, now);
  if (days === 0) return clockTime(instant, language);
  if (days === 1) return t("time.yesterday");
  if (days < 7) return formatter(language, { weekday: "short" }).format(time);
  return formatter(language, {
    month: "numeric",
    day: "numeric",
    ...(sameYear(time, now) ? {} : { year: "numeric" }),
  }).format(time);
}

/** For the line between two days of a thread. */
export function dayName(instant: string, language: Language, t: TFunction<"common">, now = Date.now()): string {
  const time = Date.parse(instant);
  const days = daysBefore(time, now);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  const year = sameYear(time, now) ? {} : ({ year: "numeric" } as const);
  return formatter(language, { month: "long", day: "numeric", weekday: "short", ...year }).format(time);
}

const sameYear = (a: number, b: number): boolean => new Date(a).getFullYear() === new Date(b).getFullYear();

/** The calendar day of an instant here, as a key. */
export const dayKey = (instant: string): string => new Date(instant).toDateString();
