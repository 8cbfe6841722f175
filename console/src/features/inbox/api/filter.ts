import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Channel, Status } from "@/lib/api/types";
import type { InboxFilter } from "@/lib/live/conversations";

export const STATUSES: Status[] = ["open", "processing", "closed"];
export const CHANNELS: Channel[] = ["line", "facebook", "instagram", "whatsapp", "web", "order"];

/** The filter lives in the address: it can be bookmarked, and "back" undoes it. */
export function readFilter(search: URLSearchParams): InboxFilter {
  const status = search.get("status") as Status;
  const channel = search.get("channel") as Channel;
  return {
    status: STATUSES.includes(status) ? status : "open",
    assignee: search.get("assignee") === "me" ? "me" : "",
    unread: search.get("unread") === "true",
    channel: CHANNELS.includes(channel) ? channel : "",
  };
}

export function writeFilter(filter: InboxFilter): Record<string, string> {
  return {
    ...(filter.status !== "open" && { status: filter.status }),
    ...(filter.assignee && { assignee: filter.assignee }),
    ...(filter.unread && { unread: "true" }),
    ...(filter.channel && { channel: filter.channel }),
  };
}

export function useInboxFilter(): [InboxFilter, (change: Partial<InboxFilter>) => void] {
  const [search, setSearch] = useSearchParams();
  const filter = useMemo(() => readFilter(search), [search]);
  const change = useCallback(
    (part: Partial<InboxFilter>) => setSearch(writeFilter({ ...filter, ...part })),
    [filter, setSearch],
  );
  return [filter, change];
}
