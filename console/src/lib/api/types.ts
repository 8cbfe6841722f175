import type { components } from "@/lib/api/schema";

/**
 * The shapes of /api/v1, made from the gateway's OpenAPI document (`npm run types`), and narrowed where it says no more
 * than "text": a newer server may send other words, which the console then shows as what it does not know.
 */
type Schemas = components["schemas"];
type Narrow<T, Fields> = Omit<T, keyof Fields> & Fields;

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
export type Channel = "web" | "order" | "line" | "facebook" | "instagram" | "whatsapp";
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

export type Teammate = Schemas["Teammate"];
export type Role = Teammate["role"];
export type Tenant = Schemas["Tenant"];
export type Me = Narrow<Schemas["Me"], { permissions: Permission[] }>;
export type SessionAnswer = Narrow<Schemas["SessionAnswer"], { permissions: Permission[] }>;

export type Customer = Narrow<Schemas["Customer"], { kind: "person" | "group" | "room" }>;
export type MessageSummary = Narrow<Schemas["MessageSummary"], { type: MessageType }>;
export type Conversation = Narrow<
  Schemas["Conversation"],
  { channel: Channel; customer: Customer; last_message: MessageSummary | null }
>;
export type Status = Conversation["status"];

export type Attachment = Narrow<Schemas["Attachment"], { kind: "image" | "video" | "audio" | "file" }>;
/** A part of the text that means more than its characters. Offsets are code points. */
export type TextEntity = { kind: "emoji" | "mention"; offset: number; length: number; value: string };
export type MessageDetails = {
  entities?: TextEntity[];
  location?: { title?: string; address?: string; latitude: number; longitude: number };
  sticker?: { package_id?: string; sticker_id?: string; keywords?: string[] };
  [key: string]: unknown;
};
export type Message = Narrow<
  Schemas["Message"],
  { type: MessageType; attachments: Attachment[]; details: MessageDetails }
>;
export type DeliveryState = NonNullable<Message["delivery_state"]>;

export type ConversationPage = Narrow<Schemas["ConversationPage"], { conversations: Conversation[] }>;
export type MessagePage = Narrow<Schemas["MessagePage"], { messages: Message[] }>;
export type HistoryEntry = Schemas["HistoryEntry"];
export type HistoryPage = Schemas["HistoryPage"];
export type UnreadCount = Schemas["UnreadCount"];
export type TeammatePage = Schemas["TeammatePage"];
export type Invitation = Schemas["OpenInvitation"];

export type ChannelAccount = Narrow<Schemas["ChannelAccount"], { channel: Channel }>;
export type ChannelAccountPage = Narrow<Schemas["ChannelAccountPage"], { channel_accounts: ChannelAccount[] }>;
export type AccountState = ChannelAccount["state"];
export type AccountCheck = Schemas["AccountCheck"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditPage = Schemas["AuditPage"];

/** RFC 9457; a proxy's own error may lack everything. */
export type Problem = Partial<Schemas["Problem"]>;
