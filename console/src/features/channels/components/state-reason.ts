import type { TFunction } from "i18next";
import { i18n } from "@/lib/i18n/i18n";

/** Why an account cannot send, and what to do. */
export function stateReason(code: string | null, t: TFunction<["channels", "common"]>): string {
  const key = `reason.${code}`;
  return t(code && i18n.exists(`channels:${key}`) ? (key as "reason.other") : "reason.other");
}
