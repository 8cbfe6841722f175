import type { ThreadRow } from "@/lib/outbox/reconcile";
import { dayKey } from "@/lib/time/format";

export type PlacedRow = {
  row: ThreadRow;
  /** The instant of the day line that stands before it. */
  day: string | null;
  unread: boolean;
  /** First and last of what one person wrote in one go. */
  first: boolean;
  last: boolean;
};

const PAUSE_MS = 5 * 60_000;

const instantOf = (row: ThreadRow): string => ("message" in row ? row.message.sent_at : row.item.createdAt);

const writerOf = (row: ThreadRow, me: string): string => {
  if (!("message" in row)) return `out:${me}`;
  const { message } = row;
  if (message.type === "notice") return `notice:${message.id}`;
  return message.direction === "outbound" ? `out:${message.author_id}` : `in:${message.sender_name}`;
};

/** Where day lines, the unread line and the gaps between writers stand. */
export function layOut(rows: ThreadRow[], unreadId: string | null, me: string): PlacedRow[] {
  const placed = rows.map((row, index): PlacedRow => {
    const before = rows[index - 1];
    const instant = instantOf(row);
    const day = !before || dayKey(instantOf(before)) !== dayKey(instant) ? instant : null;
    const unread = "message" in row && row.message.id === unreadId;
    const apart =
      !before ||
      writerOf(before, me) !== writerOf(row, me) ||
      Date.parse(instant) - Date.parse(instantOf(before)) > PAUSE_MS;
    return { row, day, unread, first: apart || day !== null || unread, last: true };
  });
  return placed.map((each, index) => ({ ...each, last: placed[index + 1]?.first ?? true }));
}
