import type { RefObject } from "react";
import { useNavigate } from "react-router";
import type { Conversation } from "@/lib/api/types";
import { useShortcuts } from "@/lib/hooks/shortcuts";

const FRAMES = 6;

/**
 * j and k move the focus, not the open conversation: opening marks as read. Enter opens, as on any link; Escape comes
 * back from a thread to its row.
 */
export function useListKeys(
  rows: Conversation[],
  selectedId: string | undefined,
  scroller: RefObject<HTMLElement | null>,
  scrollTo: (index: number) => void,
): void {
  const navigate = useNavigate();
  const link = (id: string) => scroller.current?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(id)}"]`);

  const focus = (index: number, frames = FRAMES): void => {
    const row = rows[index];
    if (!row) return;
    const element = link(row.id);
    if (element) return element.focus();
    if (frames === FRAMES) scrollTo(index);
    if (frames > 0) requestAnimationFrame(() => focus(index, frames - 1));
  };

  const move = (step: number): void => {
    const focused = document.activeElement?.getAttribute("data-conversation") ?? selectedId;
    const index = rows.findIndex(({ id }) => id === focused);
    focus(index < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, index + step)));
  };

  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    Escape: () => {
      if (selectedId === undefined) return;
      const index = rows.findIndex(({ id }) => id === selectedId);
      void navigate({ pathname: "/inbox", search: location.search });
      requestAnimationFrame(() => focus(index));
    },
  });
}
