import type { TextEntity } from "@/lib/api/types";

export type Segment = { kind: "text" | "link" | "mention" | "emoji"; text: string };

/** Chinese punctuation ends an address, even without a space before it. */
const LINK = /https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+/giu;
const TRAILING = /[.,!?;:)\]}]+$/;

/** A text cut where it means more than its characters: mentions and emoji of the platform, and addresses. */
export function segments(text: string, entities: TextEntity[] = []): Segment[] {
  const characters = [...text];
  const found: Segment[] = [];
  let position = 0;
  for (const entity of entities.toSorted((a, b) => a.offset - b.offset)) {
    const end = entity.offset + entity.length;
    // Offsets of an edited text may point beyond it.
    if (entity.offset < position || end > characters.length) continue;
    found.push(...linked(characters.slice(position, entity.offset).join("")));
    found.push({ kind: entity.kind, text: characters.slice(entity.offset, end).join("") });
    position = end;
  }
  return [...found, ...linked(characters.slice(position).join(""))];
}

function linked(text: string): Segment[] {
  const found: Segment[] = [];
  let position = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TRAILING, "");
    found.push({ kind: "text", text: text.slice(position, match.index) }, { kind: "link", text: address });
    position = match.index + address.length;
  }
  found.push({ kind: "text", text: text.slice(position) });
  return found.filter((segment) => segment.text !== "");
}
