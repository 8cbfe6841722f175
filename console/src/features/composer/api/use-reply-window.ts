import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Conversation, ReplyWindow } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";
import { useNow } from "@/lib/hooks/use-now";

/** From here on the time left is said with emphasis. */
const SOON_MS = 3_600_000;
/** Browsers' timers hold no more. */
const LONGEST_TIMER_MS = 2_000_000_000;

export type Remaining = { hours: number; minutes: number; soon: boolean };

/** What is left until an instant; null when it is over. */
export function remaining(until: string, now: number): Remaining | null {
  const left = Date.parse(until) - now;
  if (left <= 0) return null;
  const minutes = Math.floor(left / 60_000);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60, soon: left < SOON_MS };
}

/** The conversation's reply window, and what is left of it. When it ends the server is asked what holds now. */
export function useReplyWindow({ id, reply_window: window }: Conversation): {
  window: ReplyWindow | null;
  left: Remaining | null;
} {
  const queries = useQueryClient();
  const now = useNow();
  const closesAt = window?.closes_at ?? null;
  useEffect(() => {
    if (!closesAt) return undefined;
    const left = Date.parse(closesAt) - Date.now();
    // A clock that runs ahead of the server's would ask without end.
    if (left <= 0 || left > LONGEST_TIMER_MS) return undefined;
    const ask = () => void queries.invalidateQueries({ queryKey: keys.conversation(id) });
    const timer = setTimeout(ask, left + 500);
    return () => clearTimeout(timer);
  }, [closesAt, id, queries]);
  return { window: window ?? null, left: closesAt ? remaining(closesAt, now) : null };
}
