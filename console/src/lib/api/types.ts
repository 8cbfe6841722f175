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
/** In the order in which they are offered. */
export const CHANNELS = ["line", "facebook", "instagram", "whatsapp", "web", "order"] as const;
export type Channel = (typeof CHANNELS)[number];
export type MessageType =
  | "text"
  | "image"
  | "video"
  | "audio"
  | "file"
  | "location"
  | "sticker"
  | "contacts"
  | "order"
  | "story"
  | "template"
  | "post"
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
/** How long an answer is allowed; `closes_at` is null where nothing ends. */
export type ReplyWindow = { state: "open" | "human_agent" | "templates" | "closed"; closes_at: string | null };
export type AdSource = {
  ad_id: string;
  title: string;
  url: string | null;
  picture_url: string | null;
  seen_at: string | null;
  channel?: Channel | null;
};
export type Conversation = Narrow<
  Schemas["Conversation"],
  {
    channel: Channel;
    customer: Customer;
    last_message: MessageSummary | null;
    reply_window: ReplyWindow | null;
    ad: AdSource | null;
  }
>;
export type Status = Conversation["status"];

export type MediaKind = "image" | "video" | "audio" | "file";
export type Attachment = Narrow<
  Schemas["Attachment"],
  {
    kind: MediaKind;
    state: "fetching" | "ready" | "failed" | "not_kept";
    failure_code: string | null;
    content_type: string | null;
    width: number;
    height: number;
    voice: boolean;
    url: string | null;
    thumbnail_url: string | null;
  }
>;
/** A part of the text that means more than its characters. Offsets are code points. */
export type TextEntity = { kind: "emoji" | "mention"; offset: number; length: number; value: string };
export type ContactCard = { name?: string; phones?: string[]; emails?: string[]; organisation?: string };
export type OrderedItem = { product_id?: string; quantity?: number; price?: string; currency?: string };
export type Selection = { id?: string; title?: string; description?: string; kind?: string; form_json?: string };
/** What a message's type needs to be drawn; what is not there was not told. */
export type MessageDetails = {
  entities?: TextEntity[];
  location?: { title?: string; address?: string; latitude?: number; longitude?: number };
  sticker?: { package_id?: string; sticker_id?: string; keywords?: string[] };
  contacts?: ContactCard[];
  order?: { catalog_id?: string; items?: OrderedItem[]; note?: string };
  selection?: Selection;
  story?: { kind?: string; id?: string; url?: string };
  ad?: Partial<AdSource> & { body?: string };
  forwarded?: boolean;
  product_id?: string;
  subject?: string;
  page_url?: string;
  page_title?: string;
  [key: string]: unknown;
};
export type QuotedMessage = { id: string; direction: "inbound" | "outbound"; type: MessageType; preview: string };
export type Reaction = { emoji: string; by: "customer" | "account" };
export type Message = Narrow<
  Schemas["Message"],
  {
    type: MessageType;
    attachments: Attachment[];
    details: MessageDetails;
    quoted: QuotedMessage | null;
    reactions: Reaction[];
    origin: "desk" | "native_app" | "other_app" | null;
  }
>;
export type DeliveryState = NonNullable<Message["delivery_state"]>;

/** A template of the account and what stands in for its variables, in their order. */
export type TemplateChoice = {
  name: string;
  language: string;
  variables: { header?: string[]; body?: string[]; buttons?: string[] };
};

export type ConversationPage = Narrow<Schemas["ConversationPage"], { conversations: Conversation[] }>;
export type MessagePage = Narrow<Schemas["MessagePage"], { messages: Message[] }>;
export type HistoryEntry = Schemas["HistoryEntry"];
export type HistoryPage = Schemas["HistoryPage"];
export type UnreadCount = Schemas["UnreadCount"];
export type TeammatePage = Schemas["TeammatePage"];
export type Invitation = Schemas["OpenInvitation"];

/** How an account is doing, as far as is known. */
export type AccountHealth = {
  last_event_at: string | null;
  last_sent_at: string | null;
  token_state: string;
  webhook_silent: boolean;
  webhook_problem?: string | null;
  quota: { limit: number; used: number } | null;
  redelivery_warning: boolean;
};
export type ChannelAccount = Narrow<Schemas["ChannelAccount"], { channel: Channel; health: AccountHealth | null }>;
export type ChannelAccountPage = Narrow<Schemas["ChannelAccountPage"], { channel_accounts: ChannelAccount[] }>;
export type AccountState = ChannelAccount["state"];
export type AccountCheck = Schemas["AccountCheck"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditPage = Schemas["AuditPage"];

/** RFC 9457; a proxy's own error may lack everything. */
export type Problem = Partial<Schemas["Problem"]>;
