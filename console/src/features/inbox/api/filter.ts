import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { CHANNELS, type Channel, type Conversation, type Status } from "@/lib/api/types";
import type { InboxFilter } from "@/lib/live/conversations";

export const STATUSES: Status[] = ["open", "processing", "closed"];
/** Of the shop's messages; orders have a tab of their own. */
export const SHOP_CHANNELS: readonly Channel[] = CHANNELS.filter((each) => each !== "order");
export const TABS = ["shop", "order"] as const;

/** The filter lives in the address: it can be bookmarked, and "back" undoes it. */
export function readFilter(search: URLSearchParams): InboxFilter {
  const status = search.get("status") as Status;
  const channel = search.get("channel") as Channel;
  return {
    status: STATUSES.includes(status) ? status : "open",
    assignee: search.get("assignee") === "me" ? "me" : "",
    unread: search.get("unread") === "true",
    channel: SHOP_CHANNELS.includes(channel) ? channel : "",
    tab: search.get("tab") === "order" ? "order" : "shop",
    fromAd: search.get("from_ad") === "true",
    adId: search.get("ad") ?? "",
    accountId: search.get("account") ?? "",
  };
}

export function writeFilter(filter: InboxFilter): Record<string, string> {
  return {
    ...(filter.status !== "open" && { status: filter.status }),
    ...(filter.assignee && { assignee: filter.assignee }),
    ...(filter.unread && { unread: "true" }),
    ...(filter.channel && { channel: filter.channel }),
    ...(filter.tab === "order" && { tab: filter.tab }),
    ...(filter.fromAd && { from_ad: "true" }),
    ...(filter.adId && { ad: filter.adId }),
    ...(filter.accountId && { account: filter.accountId }),
  };
}

/** As the list endpoint asks for it. */
export const toQuery = ({ fromAd, adId, accountId, ...rest }: InboxFilter) => ({
  ...rest,
  ...(fromAd && { from_ad: true }),
  ...(adId && { ad_id: adId }),
  ...(accountId && { account_id: accountId }),
});

/** Whether the list is narrower than its tab and status. */
export const isNarrow = ({ unread, channel, assignee, fromAd, accountId }: InboxFilter): boolean =>
  unread || channel !== "" || assignee !== "" || fromAd || accountId !== "";

export const WIDE = { unread: false, channel: "", assignee: "", fromAd: false, adId: "", accountId: "" } as const;

/** The same list, of the conversation's account alone. */
export const ofAccount = (filter: InboxFilter, { account_id: accountId, channel }: Conversation): InboxFilter => ({
  ...filter,
  tab: channel === "order" ? "order" : "shop",
  channel: "",
  accountId,
});

export function useInboxFilter(): [InboxFilter, (change: Partial<InboxFilter>) => void] {
  const [search, setSearch] = useSearchParams();
  const filter = useMemo(() => readFilter(search), [search]);
  const change = useCallback(
    (part: Partial<InboxFilter>) => setSearch(writeFilter({ ...filter, ...part })),
    [filter, setSearch],
  );
  return [filter, change];
}
