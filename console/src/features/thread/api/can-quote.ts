import type { Channel, Message } from "@/lib/api/types";

/** Where an answer can name the message it answers. */
const QUOTING = new Set<Channel>(["line", "facebook", "instagram", "whatsapp"]);

/** Whether the platform knows this message by an id that an answer can point to. */
export const canQuote = (message: Message, channel: Channel): boolean =>
  QUOTING.has(channel) && message.provider_message_id !== null && !message.unsent && message.type !== "notice";

/** What of a message can be taken along as text. */
export const copyable = ({ text, unsent, details }: Message): string => {
  if (unsent) return "";
  if (text) return text;
  const { location } = details;
  return location ? [location.title, location.address].filter(Boolean).join("\n") : "";
};
