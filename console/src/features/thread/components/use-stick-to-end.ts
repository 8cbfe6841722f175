import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ThreadRow } from "@/lib/outbox/reconcile";

/** This near to the end counts as there. */
const NEAR = 60;

const isOwnNew = (row: ThreadRow): boolean => "item" in row;

/**
 * At the end, stays there as messages come. Further up, keeps what is read in place and counts what came: `missed` is
 * that number, null while the end is in sight.
 */
export function useStickToEnd(rows: ThreadRow[]): { scroller: RefObject<HTMLDivElement | null>; missed: number | null; toEnd: () => void } {
  const scroller = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const [missed, setMissed] = useState(0);
  const lastKey = useRef<string | undefined>(undefined);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const onScroll = (): void => {
      const gone = -element.scrollTop > NEAR;
      setAway(gone);
      if (!gone) setMissed(0);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const last = rows.at(-1);
    const previous = lastKey.current;
    lastKey.current = last?.key;
    if (!element || !last || previous === undefined || previous === last.key) return;
    if (isOwnNew(last)) {
      element.scrollTop = 0;
    } else if (-element.scrollTop > NEAR) {
      element.scrollTop -= heightAfter(element, previous);
      setMissed((count) => count + rows.length - 1 - rows.findIndex((row) => row.key === previous));
    }
  }, [rows]);

  const toEnd = (): void => scroller.current?.scrollTo({ top: 0, behavior: "smooth" });
  return { scroller, missed: away ? missed : null, toEnd };
}

/** How much was added below the row that was the last one. */
function heightAfter(element: HTMLElement, key: string): number {
  const row = element.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
  const end = element.querySelector<HTMLElement>("[data-row]:last-of-type");
  if (!row || !end) return 0;
  return end.getBoundingClientRect().bottom - row.getBoundingClientRect().bottom;
}
