/** The shapes of /api/v1, by hand until they are generated from the gateway's OpenAPI document. Times are RFC 3339 UTC. */

export type Role = "admin" | "supervisor" | "cs_manager" | "cs_agent" | "sales_manager" | "salesperson";
export type TeammateState = "invited" | "active" | "disabled";
export type Permission =
  | "send_messages"
  | "answer_others"
  | "assign_conversations"
  | "see_chatbot"
  | "start_whatsapp"
  | "edit_customers"
  | "manage_team"
  | "manage_channels"
  | "manage_settings"
  | "view_all_reports";

export type Teammate = {
  id: string;
  email: string;
  name: string;
  phone: string;
  role: Role;
  state: TeammateState;
  created_at: string;
};

export type Tenant = { id: string; name: string; slug: string; plan: string; entitlements: string[] };

export type Me = { teammate: Teammate; tenant: Tenant; permissions: Permission[] };

export type SessionAnswer = Me & {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  expires_at: string;
  session_id: string;
};

export type Channel = "web" | "order" | "line" | "facebook" | "instagram" | "whatsapp";
export type Status = "open" | "processing" | "closed";
export type DeliveryState = "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "unconfirmed";
export type Direction = "inbound" | "outbound";
export type MessageType =
  | "text"
  | "image"
  | "video"
  | "audio"
  | "file"
  | "location"
  | "sticker"
  | "postback"
  | "notice"
  | "unsupported"
  | "unsent";

export type Customer = { id: string; name: string; picture_url: string | null; kind: "person" | "group" | "room" };

export type MessageSummary = {
  id: string;
  direction: Direction;
  type: MessageType;
  preview: string;
  sent_at: string;
  delivery_state: DeliveryState | null;
};

export type Conversation = {
  id: string;
  channel: Channel;
  account_id: string;
  status: Status;
  handler: "person" | "bot";
  unread_count: number;
  starred: boolean;
  archived: boolean;
  assignee_id: string | null;
  customer: Customer;
  last_message: MessageSummary | null;
  /** Raised by every change: of two copies the higher one is true. */
  version: number;
  created_at: string;
  /** The inbox order, newest first; ties by id. */
  sort_at: string;
  case_id: string;
  can_reply: boolean;
  cannot_reply_reason: string | null;
};

export type Attachment = {
  id: string;
  kind: "image" | "video" | "audio" | "file";
  file_name: string;
  size_bytes: number;
  duration_ms: number;
  /** Null until the content was fetched from the platform. */
  url: string | null;
};

/** A part of the text that means more than its characters. Offsets are code points. */
export type TextEntity = { kind: "emoji" | "mention"; offset: number; length: number; value: string };

export type MessageDetails = {
  entities?: TextEntity[];
  location?: { title?: string; address?: string; latitude: number; longitude: number };
  sticker?: { package_id?: string; sticker_id?: string; keywords?: string[] };
  [key: string]: unknown;
};

export type Message = {
  id: string;
  conversation_id: string;
  direction: Direction;
  type: MessageType;
  text: string;
  attachments: Attachment[];
  provider_message_id: string | null;
  sequence: number;
  sent_at: string;
  delivery_state: DeliveryState | null;
  failure_code: string | null;
  failure_detail: string | null;
  author_id: string | null;
  sender_name: string | null;
  edited: boolean;
  unsent: boolean;
  version: number;
  /** Place in the thread: sorts as text, ascending is older first. */
  sort_key: string;
  details: MessageDetails;
  attempt: number;
  case_id: string;
};

export type ConversationPage = { conversations: Conversation[]; next_page_token: string | null; cursor: string };
export type MessagePage = { messages: Message[]; next_page_token: string | null; cursor: string };

export type HistoryEntry = {
  id: string;
  case_id: string;
  kind: string;
  actor_id: string | null;
  occurred_at: string;
  fields: Record<string, string>;
};

export type AccountState = "active" | "reconnect" | "disconnected";

export type ChannelAccount = {
  id: string;
  channel: Channel;
  name: string;
  state: AccountState;
  state_reason: string | null;
  provider_id: string;
  webhook_url: string;
  queue: {
    state: string;
    reason: string | null;
    waiting: number;
    oldest_queued_at: string | null;
    last_sent_at: string | null;
  } | null;
  created_at: string;
};

export type AccountCheck = { ok: boolean; display_name: string | null; failure_code: string | null; failure_detail: string | null };

export type AuditEntry = {
  id: string;
  occurred_at: string;
  actor_id: string | null;
  action: string;
  target: string;
  fields: Record<string, string>;
};

export type Problem = {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: { field: string; message: string }[];
  retry_after_seconds?: number;
};
