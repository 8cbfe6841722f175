import { History, Inbox, Plug, ScrollText, Settings, Users } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { Permission } from "@/lib/api/types";

type Place = {
  to: string;
  name: "inbox" | "team" | "channels" | "ledger" | "audit" | "settings";
  icon: LucideIcon;
  needs?: Permission;
};

/** Where one can go; a place whose permission is missing is not shown. */
export const PLACES: Place[] = [
  { to: "/inbox", name: "inbox", icon: Inbox },
  { to: "/settings/team", name: "team", icon: Users },
  { to: "/settings/channels", name: "channels", icon: Plug, needs: "manage_channels" },
  { to: "/settings/ledger", name: "ledger", icon: ScrollText, needs: "manage_channels" },
  { to: "/settings/audit", name: "audit", icon: History, needs: "manage_settings" },
];

export const SETTINGS: Place = { to: "/settings", name: "settings", icon: Settings };

export const placesFor = (permissions: readonly Permission[]): Place[] =>
  PLACES.filter(({ needs }) => !needs || permissions.includes(needs));
