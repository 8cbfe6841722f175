import type { ChannelAccount, Conversation, Message, Permission, Role, Teammate } from "@/lib/api/types";
import type { Session } from "@/lib/session/session";

export const ME = "me";

export const aConversation = (fields: Partial<Conversation> = {}): Conversation => ({
  id: "c1",
  channel: "line",
  account_id: "demo-line",
  status: "open",
  handler: "person",
  unread_count: 0,
  starred: false,
  archived: false,
  assignee_id: null,
  customer: { id: "p1", name: "林小晴", picture_url: null, kind: "person" },
  last_message: null,
  version: 1,
  created_at: "2026-11-20T08:00:00Z",
  sort_at: "2026-11-20T08:00:00Z",
  case_id: "k1",
  can_reply: true,
  cannot_reply_reason: null,
  reply_window: null,
  ad: null,
  address_confirmed: null,
  ...fields,
});

export const aMessage = (fields: Partial<Message> = {}): Message => ({
  id: "m1",
  conversation_id: "c1",
  direction: "inbound",
  type: "text",
  text: "你好",
  attachments: [],
  provider_message_id: null,
  sequence: 1,
  sent_at: "2026-11-20T08:00:00Z",
  delivery_state: null,
  failure_code: null,
  failure_detail: null,
  author_id: null,
  sender_name: null,
  edited: false,
  unsent: false,
  version: 1,
  sort_key: "00000000000001-0000000001",
  details: {},
  attempt: 0,
  case_id: "k1",
  quoted: null,
  reactions: [],
  origin: null,
  address_confirmed: null,
  ...fields,
});

export const aTeammate = (fields: Partial<Teammate> = {}): Teammate => ({
  id: ME,
  email: "agent@demo.test",
  name: "王淑芬",
  phone: "",
  role: "cs_agent",
  state: "active",
  created_at: "2026-01-01T00:00:00Z",
  version: 1,
  ...fields,
});

export const aSession = (role: Role = "cs_agent", permissions: Permission[] = ["send_messages"]): Session => ({
  teammate: aTeammate({ role }),
  tenant: { id: "t1", slug: "demo", name: "小日子選物", region: "tw", plan: "standard", entitlements: [] },
  permissions,
  token: "token",
  sessionId: "s1",
  expiresAt: Date.now() + 600_000,
});

export const anAccount = (fields: Partial<ChannelAccount> = {}): ChannelAccount => ({
  id: "a1",
  channel: "line",
  name: "信義店",
  state: "active",
  state_reason: null,
  provider_id: "U1",
  webhook_url: "https://desk.test/webhooks/line/a1",
  data_deletion_url: null,
  queue: null,
  health: null,
  human_agent: false,
  created_at: "2026-11-01T00:00:00Z",
  version: 1,
  ...fields,
});
