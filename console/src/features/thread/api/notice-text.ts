import type { TFunction } from "i18next";
import { currentLanguage } from "@/lib/i18n/i18n";
import { priceText } from "./order-total";

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
  "alias_changed",
  "came_from_ad",
  "came_from_link",
  "video_play_complete",
  "beacon",
  "membership",
  "activated",
  "policy_enforcement",
  "app_roles",
  "call",
  "user_preferences",
  "own_reaction",
  "error",
  "system",
  "customer_identity_changed",
  "order_created",
  "order_updated",
] as const;

/** Of Shopify's, WooCommerce's and the demo shop's orders, with "_" for "-". */
const ORDER_STATES = [
  "authorized",
  "cancelled",
  "completed",
  "failed",
  "on_hold",
  "paid",
  "partially_paid",
  "partially_refunded",
  "pending",
  "processing",
  "refunded",
  "shipped",
  "voided",
] as const;

type Fields = Readonly<Record<string, string>>;

/** What happened to a conversation, in words; a kind we do not know yet keeps its name. An order's number, state and
 * amount are added where the shop told them. */
export function noticeText(kind: string, t: TFunction<"thread">, fields: Fields = {}): string {
  const known = KNOWN.find((each) => each === kind);
  if (!known) return t("notice.other", { kind });
  const text = t(`notice.${known}`);
  return kind.startsWith("order_") ? [text, ...orderParts(fields, t)].join(" · ") : text;
}

function orderParts(fields: Fields, t: TFunction<"thread">): string[] {
  const { number = "", status = "", total = "", currency = "" } = fields;
  return [number, status && stateText(status, t), total && amountText(total, currency)].filter((part) => part !== "");
}

function stateText(status: string, t: TFunction<"thread">): string {
  const known = ORDER_STATES.find((each) => each === status.toLowerCase().replaceAll("-", "_"));
  return known ? t(`order.status.${known}`) : status;
}

function amountText(total: string, currency: string): string {
  const amount = Number(total);
  return Number.isFinite(amount) ? priceText(amount, currency, currentLanguage()) : `${total} ${currency}`.trim();
}
