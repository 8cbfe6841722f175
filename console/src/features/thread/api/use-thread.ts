import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { listMessages } from "@/lib/api/endpoints";
import type { Message } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { keys } from "@/lib/desk/keys";
import { POLL_MS } from "@/lib/desk/poll";
import { mergeMessages } from "@/lib/live/messages";
import { reconcile } from "@/lib/outbox/reconcile";
import { useStore } from "@/lib/store";

const PAGE_SIZE = 40;
const NONE: ReadonlyMap<string, Message> = new Map();

/** One conversation's messages, oldest first, and after them what is on its way. */
export function useThread(id: string) {
  const desk = useDesk();
  const online = useStore(desk.stream.state).phase === "online";
  const live = useStore(desk.live.threads).get(id) ?? NONE;
  const outbox = useStore(desk.outbox.items);
  const aliases = useStore(desk.outbox.aliases);
  const query = useInfiniteQuery({
    queryKey: keys.messages(id),
    queryFn: ({ pageParam, signal }) =>
      desk.current(() => listMessages(id, { page_size: PAGE_SIZE, page_token: pageParam }, signal)),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: online ? false : POLL_MS,
  });
  const pages = query.data?.pages;
  const messages = useMemo(() => (pages ? mergeMessages(pages, live) : []), [pages, live]);
  const rows = useMemo(
    () =>
      reconcile(
        messages,
        outbox.filter((item) => item.conversationId === id),
        aliases,
        desk.me,
      ),
    [messages, outbox, id, aliases, desk.me],
  );
  return { ...query, messages, rows };
}

/** The newest arrival known: what is written now comes after it. */
export const lastSequence = (messages: Message[]): number =>
  messages.reduce((last, { sequence }) => Math.max(last, sequence), 0);
