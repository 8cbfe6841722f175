import type { TFunction } from "i18next";

const KNOWN = [
  "case_opened",
  "taken_over",
  "followed",
  "unfollowed",
  "account_joined",
  "account_left",
  "members_joined",
  "members_left",
  "account_link",
  "optin",
  "account_reacted",
  "account_read",
  "thread_control_passed",
  "thread_control_taken",
  "thread_control_requested",
  "message_to_self",
] as const;

/** What happened to a conversation, in words; a kind we do not know yet keeps its name. */
export function noticeText(kind: string, t: TFunction<"thread">): string {
  const known = KNOWN.find((each) => each === kind);
  return known ? t(`notice.${known}`) : t("notice.other", { kind });
}
