import type { Channel, MediaKind } from "@/lib/api/types";
import table from "./limits.json";

type MediaLimit = { max_bytes: number; caption: boolean };
type ChannelLimits = {
  text: { most: number; unit: "utf16" | "utf8" | "codepoints" };
  media: Partial<Record<MediaKind, MediaLimit>>;
  templates: boolean;
};

/**
 * What one message of a channel may hold (rules 52 to 55). The server decides; a test compares this table with its own
 * (tests/contract/test_console_limits.py), so that people hear of a limit before they have uploaded anything.
 */
const LIMITS = table as Record<Channel, ChannelLimits>;

const MEASURES: Record<ChannelLimits["text"]["unit"], (text: string) => number> = {
  utf16: (text) => text.length,
  utf8: (text) => new TextEncoder().encode(text).length,
  codepoints: (text) => [...text].length,
};

/** From here on the writer sees how much is left. */
const NEAR = 0.9;

export type Length = { used: number; most: number; near: boolean; over: boolean; unit: ChannelLimits["text"]["unit"] };

const limitsOf = (channel: Channel): ChannelLimits => LIMITS[channel] ?? LIMITS.web;

export function measure(text: string, channel: Channel): Length {
  const { most, unit } = limitsOf(channel).text;
  const used = MEASURES[unit](text);
  return { used, most, near: used >= most * NEAR, over: used > most, unit };
}

/** The kinds of files a channel takes, in the order they are offered. */
export const kindsOf = (channel: Channel): MediaKind[] => Object.keys(limitsOf(channel).media) as MediaKind[];

export const mediaLimit = (channel: Channel, kind: MediaKind): MediaLimit | undefined => limitsOf(channel).media[kind];

/** Rule 45: whether the platform has messages that it approved beforehand. */
export const hasTemplates = (channel: Channel): boolean => limitsOf(channel).templates;

/** Rule 44: recordings go where audio goes. */
export const mayRecord = (channel: Channel): boolean => mediaLimit(channel, "audio") !== undefined;
