import type { ChannelAccount } from "@/lib/api/types";

export type Warning = "silent" | "redelivery" | "quota";

/** From here on somebody should buy more. */
const NEARLY_USED = 0.9;

/** What somebody should look at although the account works. */
export function warningsOf({ health, state }: ChannelAccount): Warning[] {
  if (!health || state === "disconnected") return [];
  const { webhook_silent: silent, redelivery_warning: redelivery, quota } = health;
  return [
    ...(silent ? (["silent"] as const) : []),
    ...(redelivery ? (["redelivery"] as const) : []),
    ...(quota && quota.limit > 0 && quota.used / quota.limit >= NEARLY_USED ? (["quota"] as const) : []),
  ];
}
