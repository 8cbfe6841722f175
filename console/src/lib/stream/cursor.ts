/** "<epoch>-<sequence>": the epoch changes when the event stream was made anew. */
type Cursor = { epoch: string; sequence: number };

export function parseCursor(cursor: string): Cursor {
  const dash = cursor.lastIndexOf("-");
  return { epoch: cursor.slice(0, dash), sequence: Number(cursor.slice(dash + 1)) };
}

/** Whether `a` stands before `b`; cursors of different epochs cannot be compared. */
export function isBefore(a: string, b: string): boolean {
  const [left, right] = [parseCursor(a), parseCursor(b)];
  return left.epoch === right.epoch && left.sequence < right.sequence;
}

/** Whether an event at `cursor` was seen by a client standing at `position`. */
export const isSeen = (cursor: string, position: string | null): boolean =>
  position !== null && (cursor === position || isBefore(cursor, position));
