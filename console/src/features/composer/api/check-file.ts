import type { Channel, MediaKind } from "@/lib/api/types";
import { mediaLimit } from "./limits";

export type FileCheck =
  | { ok: true; kind: MediaKind }
  | { ok: false; reason: "kind"; kind: MediaKind }
  | { ok: false; reason: "size"; kind: MediaKind; most: number }
  | { ok: false; reason: "empty"; kind: MediaKind };

/** A picture is made smaller before it is sent, so it may come larger than the channel takes. */
const SHRINKS: Partial<Record<MediaKind, number>> = { image: 50_000_000 };
const PICTURE_ENDING = /\.(heic|heif|avif|webp)$/i;

/** What a file is to a channel; some systems do not say what a phone's pictures are. */
export function kindOf({ type, name }: Pick<File, "type" | "name">): MediaKind {
  const [family = ""] = type.split("/");
  if (family === "image" && type !== "image/svg+xml") return "image";
  if (family === "video" || family === "audio") return family;
  return type === "" && PICTURE_ENDING.test(name) ? "image" : "file";
}

/** Rules 52 to 55: whether the channel takes this file, said before a byte of it is sent. */
export function checkFile(file: Pick<File, "type" | "name" | "size">, channel: Channel): FileCheck {
  const kind = kindOf(file);
  const limit = mediaLimit(channel, kind);
  if (!limit) return { ok: false, reason: "kind", kind };
  if (file.size === 0) return { ok: false, reason: "empty", kind };
  const most = Math.max(limit.max_bytes, SHRINKS[kind] ?? 0);
  return file.size > most ? { ok: false, reason: "size", kind, most } : { ok: true, kind };
}
