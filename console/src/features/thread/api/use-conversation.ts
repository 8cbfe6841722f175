import { useQuery } from "@tanstack/react-query";
import { getConversation } from "@/lib/api/endpoints";
import type { Conversation } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import type { Desk } from "@/lib/desk/desk";
import { keys } from "@/lib/desk/keys";
import { POLL_MS } from "@/lib/desk/poll";
import { type ListPage, newer } from "@/lib/live/conversations";
import { useStore } from "@/lib/store";

/** One conversation as it stands now; from the list, if it is there, until it was read itself. */
export function useConversation(id: string) {
  const desk = useDesk();
  const live = useStore(desk.live.conversations).get(id);
  const online = useStore(desk.stream.state).phase === "online";
  const query = useQuery({
    queryKey: keys.conversation(id),
    queryFn: ({ signal }) => getConversation(id, signal),
    refetchInterval: online ? false : POLL_MS,
  });
  const known = query.data ?? live ?? fromLists(desk, id);
  return { ...query, conversation: known && newer(known, live) };
}

function fromLists(desk: Desk, id: string): Conversation | undefined {
  const lists = desk.queries.getQueriesData<{ pages: ListPage[] }>({ queryKey: keys.conversations });
  return lists
    .flatMap(([, data]) => data?.pages ?? [])
    .flatMap((page) => page.conversations)
    .find((row) => row.id === id);
}
