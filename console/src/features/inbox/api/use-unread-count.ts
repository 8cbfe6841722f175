import { useQuery } from "@tanstack/react-query";
import { countUnread } from "@/lib/api/endpoints";
import { useDesk } from "@/lib/desk/context";
import { keys } from "@/lib/desk/keys";
import { POLL_MS } from "@/lib/desk/poll";
import { useStore } from "@/lib/store";

/** Conversations with unread messages that the teammate may see; 1000 means more than 999. */
export function useUnreadCount(): number {
  const online = useStore(useDesk().stream.state).phase === "online";
  const { data } = useQuery({
    queryKey: keys.unread,
    queryFn: ({ signal }) => countUnread(signal),
    refetchInterval: online ? false : POLL_MS,
  });
  return data?.conversations ?? 0;
}
