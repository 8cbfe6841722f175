import type { TFunction } from "i18next";

const KNOWN = ["token_expired", "blocked", "quota_exceeded", "platform_error", "rate_limited", "timeout"] as const;

/** Why an account cannot send, and what to do. */
export function stateReason(code: string | null, t: TFunction<["channels", "common"]>): string {
  const known = KNOWN.find((each) => each === code);
  return known ? t(`reason.${known}`) : t("reason.other");
}
