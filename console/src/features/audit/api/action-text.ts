import type { TFunction } from "i18next";
import { ROLES } from "@/features/team/api/roles";
import { CHANNELS } from "@/lib/api/types";
import { deviceOf } from "./device";

const KNOWN = [
  "channel_account_created",
  "channel_account_reconnected",
  "channel_account_credentials_rotated",
  "channel_account_credentials_reencrypted",
  "channel_account_disconnected",
  "channel_account_webhook_set_up",
  "connection_started",
  "data_deletion_completed",
  "ledger_replayed",
  "password_reset",
  "session_created",
  "session_reuse_detected",
  "session_revoked",
  "teammate_created",
  "teammate_disabled",
  "teammate_enabled",
  "teammate_invited",
  "teammate_joined",
  "teammate_updated",
  "tenant_created",
] as const;

/** An act in words; one we do not know yet by its name. */
export function actionText(action: string, t: TFunction<"audit">): string {
  const known = KNOWN.find((each) => each === action.replaceAll(".", "_"));
  return known ? t(`action.${known}`) : action;
}

const FIELDS = [
  "email",
  "role",
  "name",
  "phone",
  "channel",
  "provider_id",
  "client_ip",
  "user_agent",
  "slug",
  "region",
  "plan",
  "entries",
  "published",
  "wanted",
] as const;

function valueText(name: string, value: string, t: TFunction<["audit", "common"]>): string {
  const role = name === "role" && ROLES.find((each) => each === value);
  if (role) return t(`common:role.${role}`);
  const channel = name === "channel" && CHANNELS.find((each) => each === value);
  if (channel) return t(`common:channel.${channel}`);
  const device = name === "user_agent" && deviceOf(value);
  return device ? t("device", device) : value;
}

/** One particular of an act: "Role: CS agent". */
export function detailText(name: string, value: string, t: TFunction<["audit", "common"]>): string {
  const field = FIELDS.find((each) => each === name);
  return t("detail", { name: field ? t(`field.${field}`) : name, value: valueText(name, value, t) });
}
