import type { TFunction } from "i18next";
import type { Message } from "@/lib/api/types";

const KNOWN = [
  "text_too_long",
  "invalid_recipient",
  "reply_expired",
  "rate_limited",
  "quota_exceeded",
  "token_expired",
  "blocked",
  "platform_error",
  "timeout",
  "unconfirmed",
  "account_disconnected",
  "window_closed",
  "rejected",
] as const;

/** Why a message did not arrive and what to do about it, in words; a code we do not know in the platform's own. */
export function failureText({ failure_code: code, failure_detail: detail }: Message, t: TFunction<"thread">): string {
  const known = KNOWN.find((each) => each === code);
  if (known) return t(`failure.${known}`);
  return detail || t("failure.rejected");
}
