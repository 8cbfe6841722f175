import type { Channel, Message, QuotedMessage } from "@/lib/api/types";
import type { OutboxContent, OutgoingFile } from "@/lib/outbox/item";
import type { UploadItem } from "@/lib/uploads/item";
import { mediaLimit } from "./limits";

/** What an answer is made of, in the order it goes out: the files, and the text as a caption or after them. */
export function contentsOf(
  channel: Channel,
  text: string,
  files: UploadItem[],
  quoted: QuotedMessage | undefined,
): OutboxContent[] {
  const captioned = files.findIndex(({ kind }) => mediaLimit(channel, kind)?.caption);
  const contents: OutboxContent[] = files.map((item, index) => ({
    text: index === captioned ? text : "",
    file: toFile(item),
  }));
  if (text && captioned < 0) contents.push({ text });
  return contents.map((content, index) => (index === 0 && quoted ? { ...content, quoted } : content));
}

export const toQuoted = ({ id, direction, type, text }: Message): QuotedMessage => ({
  id,
  direction,
  type,
  preview: text.slice(0, 200),
});

const toFile = (item: UploadItem): OutgoingFile => ({
  uploadId: item.id ?? "",
  kind: item.kind,
  fileName: item.file.name,
  sizeBytes: item.file.size,
  durationMs: item.durationMs,
  voice: item.voice,
  thumbnailUrl: item.thumbnailUrl,
  url: item.url,
});
