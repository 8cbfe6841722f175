import type { Permission, Role, Teammate } from "../src/lib/api/types.ts";

const ALL: Permission[] = [
  "send_messages",
  "answer_others",
  "assign_conversations",
  "see_chatbot",
  "start_whatsapp",
  "edit_customers",
  "manage_team",
  "manage_channels",
  "manage_settings",
  "view_all_reports",
];

export const PERMISSIONS: Record<Role, Permission[]> = {
  admin: ALL,
  supervisor: ALL.filter((permission) => permission !== "manage_settings"),
  cs_manager: ["send_messages", "answer_others", "assign_conversations", "see_chatbot", "edit_customers"],
  cs_agent: ["send_messages", "see_chatbot", "edit_customers"],
  sales_manager: ["send_messages"],
  salesperson: ["send_messages"],
};

const teammate = (
  id: string,
  email: string,
  name: string,
  role: Role,
  phone = "",
  state: Teammate["state"] = "active",
): Teammate => ({
  id,
  email: `${email}@demo.test`,
  name,
  phone,
  role,
  state,
  created_at: "2026-03-02T02:00:00Z",
  version: 1,
});

export const team: Teammate[] = [
  teammate("t-admin", "admin", "陳怡君", "admin", "0912-000-111"),
  teammate("t-supervisor", "supervisor", "林志豪", "supervisor", "02-2700-1234"),
  teammate("t-cs-manager", "cs-manager", "張雅婷", "cs_manager"),
  teammate("t-agent", "agent", "王淑芬", "cs_agent", "0922-333-444"),
  teammate("t-agent2", "agent2", "Kevin Wu", "cs_agent"),
  teammate("t-agent3", "agent3", "李美玲", "cs_agent", "", "disabled"),
  teammate("t-sales-manager", "sales-manager", "黃建宏", "sales_manager"),
  teammate("t-sales", "sales", "吳佩珊", "salesperson", "", "invited"),
];
