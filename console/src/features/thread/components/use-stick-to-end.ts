import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ThreadRow } from "@/lib/outbox/reconcile";

/** This near to the end counts as there. */
const NEAR = 60;

type Edges = { first: string | undefined; last: string | undefined };
type StickToEnd = { scroller: RefObject<HTMLDivElement | null>; missed: number | null; toEnd: () => void };

/**
 * For a scroller whose zero is its end: there, it stays as messages come. Further up, what is read keeps its place
 * and what came is counted: `missed` is that number, null while the end is in sight.
 */
export function useStickToEnd(rows: ThreadRow[]): StickToEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const [missed, setMissed] = useState(0);
  const edges = useRef<Edges>({ first: undefined, last: undefined });
  const height = useKnownHeight(scroller);

  useEffect(() => {
    const element = scroller.current;
    const onScroll = (): void => {
      const gone = element !== null && -element.scrollTop > NEAR;
      setAway(gone);
      if (!gone) setMissed(0);
    };
    element?.addEventListener("scroll", onScroll, { passive: true });
    return () => element?.removeEventListener("scroll", onScroll);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const before = edges.current;
    const newest = rows.at(-1);
    edges.current = { first: rows[0]?.key, last: newest?.key };
    if (!element || !newest || before.last === undefined || before.last === newest.key) return;
    if ("item" in newest) {
      element.scrollTop = 0;
    } else if (-element.scrollTop > NEAR) {
      // Older messages push nothing away; what else made it higher came below.
      if (before.first === rows[0]?.key) element.scrollTop -= element.scrollHeight - height.current;
      setMissed((count) => count + rows.length - 1 - rows.findIndex((row) => row.key === before.last));
    }
  }, [rows, height]);

  const toEnd = (): void => scroller.current?.scrollTo({ top: 0, behavior: "smooth" });
  return { scroller, missed: away ? missed : null, toEnd };
}

/** The content's height as it was last drawn: what an update is compared with. */
function useKnownHeight(scroller: RefObject<HTMLElement | null>): RefObject<number> {
  const height = useRef(0);
  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return undefined;
    const observer = new ResizeObserver(() => {
      height.current = element.scrollHeight;
    });
    observer.observe(content);
    return () => observer.disconnect();
  }, [scroller]);
  return height;
}
