import type { Conversation, Message } from "@/lib/api/types";

/** What changed: message events hold the message and the conversation after it, conversation events the latter alone. */
export type Change = { conversation?: Conversation; message?: Message };

export type MessageFrame = { type: "message.created" | "message.updated"; cursor: string; data: Change };
export type ConversationFrame = { type: "conversation.updated"; cursor: string; data: Change };
export type AccountFrame = { type: "channel_account.updated"; cursor: string; data: { id: string } };
export type TeammateFrame = { type: "teammate.updated"; cursor: string; data: { id: string } };
export type EventFrame = MessageFrame | ConversationFrame | AccountFrame | TeammateFrame;

export type Frame =
  | EventFrame
  | { type: "hello"; cursor: string }
  | { type: "reload"; cursor: string }
  | { type: "ping"; cursor?: string };

const KNOWN = new Set([
  "hello",
  "reload",
  "ping",
  "message.created",
  "message.updated",
  "conversation.updated",
  "channel_account.updated",
  "teammate.updated",
]);

/** A newer server may tell of more: of what this console does not know it keeps the place, as of a ping. */
export function parseFrame(text: string): Frame {
  const frame = JSON.parse(text) as Frame;
  return KNOWN.has(frame.type) ? frame : { type: "ping", ...(frame.cursor && { cursor: frame.cursor }) };
}
