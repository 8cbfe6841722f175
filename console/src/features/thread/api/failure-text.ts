import type { TFunction } from "i18next";
import type { Message } from "@/lib/api/types";
import { i18n } from "@/lib/i18n/i18n";

/** The same message to the same place would fail the same way. */
const POINTLESS = new Set(["text_too_long", "invalid_recipient", "window_closed", "opted_out"]);

export const isPointless = (code: string | null): boolean => POINTLESS.has(code ?? "");

/** Why a message did not arrive and what to do about it, in words; a code we do not know in the platform's own. */
export function failureText({ failure_code: code, failure_detail: detail }: Message, t: TFunction<"thread">): string {
  const key = `failure.${code}`;
  if (code && i18n.exists(`thread:${key}`)) return t(key as "failure.rejected");
  return detail || t("failure.rejected");
}
