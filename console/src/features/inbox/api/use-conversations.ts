import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { listConversations } from "@/lib/api/endpoints";
import type { Conversation } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { keys } from "@/lib/desk/keys";
import { POLL_MS } from "@/lib/desk/poll";
import { toQuery } from "./filter";
import { type InboxFilter, type ListPage, mergeConversations } from "@/lib/live/conversations";
import { useStore } from "@/lib/store";

const PAGE_SIZE = 50;

/** The inbox list as it stands now: pages as far as they were scrolled, kept up to date by events. */
export function useConversations(filter: InboxFilter, selectedId: string | undefined) {
  const desk = useDesk();
  const online = useStore(desk.stream.state).phase === "online";
  const live = useStore(desk.live.conversations);
  const query = useInfiniteQuery({
    queryKey: keys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      desk.current(() =>
        listConversations({ ...toQuery(filter), page_size: PAGE_SIZE, page_token: pageParam }, signal),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: online ? false : POLL_MS,
  });
  const pages = query.data?.pages;
  const merged = useMemo(
    () => (pages ? mergeConversations(pages, live, filter, desk.me) : []),
    [pages, live, filter, desk.me],
  );
  const rows = useWithSelected(merged, pages, live, filter, selectedId);
  return { ...query, rows };
}

/**
 * The open conversation stays in the list while it is open: reading it must not make it vanish from "unread" under the
 * reader's eyes. It leaves when another one is opened or the filter changes.
 */
function useWithSelected(
  merged: Conversation[],
  pages: ListPage[] | undefined,
  live: ReadonlyMap<string, Conversation>,
  filter: InboxFilter,
  selectedId: string | undefined,
): Conversation[] {
  const { me, queries } = useDesk();
  const [kept, setKept] = useState<{ id: string; filter: InboxFilter } | null>(null);
  const present = selectedId !== undefined && merged.some((row) => row.id === selectedId);
  if (present && (kept?.id !== selectedId || kept.filter !== filter)) setKept({ id: selectedId, filter });
  const keep = !present && selectedId !== undefined && kept?.id === selectedId && kept.filter === filter;
  return useMemo(() => {
    if (!keep || !pages || selectedId === undefined) return merged;
    const listed = pages.flatMap((page) => page.conversations).find(({ id }) => id === selectedId);
    const row = live.get(selectedId) ?? listed ?? queries.getQueryData<Conversation>(keys.conversation(selectedId));
    return row ? mergeConversations(pages, live, filter, me, row) : merged;
  }, [keep, merged, pages, live, filter, me, queries, selectedId]);
}
