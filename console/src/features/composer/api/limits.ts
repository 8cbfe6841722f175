import type { Channel } from "@/lib/api/types";

const utf16 = (text: string): number => text.length;
const utf8 = (text: string): number => new TextEncoder().encode(text).length;

/** What one message of a channel may hold, in the units that channel counts. */
const LIMITS: Record<Channel, { most: number; measure: (text: string) => number }> = {
  line: { most: 5000, measure: utf16 },
  facebook: { most: 2000, measure: utf16 },
  instagram: { most: 1000, measure: utf8 },
  whatsapp: { most: 4096, measure: utf16 },
  web: { most: 5000, measure: utf16 },
  order: { most: 5000, measure: utf16 },
};

/** From here on the writer sees how much is left. */
const NEAR = 0.9;

export type Length = { used: number; most: number; near: boolean; over: boolean };

export function measure(text: string, channel: Channel): Length {
  const { most, measure: count } = LIMITS[channel] ?? LIMITS.web;
  const used = count(text);
  return { used, most, near: used >= most * NEAR, over: used > most };
}
