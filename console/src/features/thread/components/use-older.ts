import { type RefObject, useEffect, useRef } from "react";
import type { useThread } from "@/features/thread/api/use-thread";

/** Fetches older messages when the beginning of what is loaded comes near; put the returned ref there. */
export function useOlder(
  scroller: RefObject<HTMLElement | null>,
  thread: ReturnType<typeof useThread>,
): RefObject<HTMLLIElement | null> {
  const top = useRef<HTMLLIElement>(null);
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = thread;
  const wanted = hasNextPage && !isFetching && !isFetchNextPageError;
  useEffect(() => {
    if (!wanted || !top.current) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && void fetchNextPage(),
      {
        root: scroller.current,
        rootMargin: "600px 0px 0px",
      },
    );
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [wanted, fetchNextPage, scroller]);
  return top;
}
