import { type RefObject, useCallback, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "@/components/toast/toasts";
import type { useThread } from "./use-thread";

const MARKED_MS = 1_600;
/** A quote from further back is not worth waiting for. */
const MOST_PAGES = 10;

/** Goes to a message of the thread: at once where it is loaded, else after fetching older pages until it is. */
export function useJump(scroller: RefObject<HTMLElement | null>, thread: ReturnType<typeof useThread>) {
  const { t } = useTranslation("thread");
  const latest = useRef(thread);
  useLayoutEffect(() => {
    latest.current = thread;
  });
  return useCallback(
    async (id: string): Promise<void> => {
      for (let pages = 0; pages <= MOST_PAGES; pages += 1) {
        const element = find(id, latest.current.rows, scroller.current);
        if (element) return mark(element);
        if (!latest.current.hasNextPage) break;
        await latest.current.fetchNextPage();
        await drawn();
      }
      toast(t("quote.notLoaded"), "bad");
      return undefined;
    },
    [scroller, t],
  );
}

function find(id: string, rows: ReturnType<typeof useThread>["rows"], scroller: HTMLElement | null) {
  const row = rows.find((each) => "message" in each && each.message.id === id);
  return row ? scroller?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.key)}"]`) : null;
}

/** Two frames: one in which the page that came is put there, one after it. */
const drawn = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });

function mark(element: HTMLElement): void {
  element.scrollIntoView({ block: "center", behavior: "smooth" });
  element.dataset["marked"] = "true";
  setTimeout(() => delete element.dataset["marked"], MARKED_MS);
}
