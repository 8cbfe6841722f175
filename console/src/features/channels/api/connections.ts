import { useMutation, useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Channel, ChannelAccount } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";
import { useAccountMutation } from "./account-actions";

export type FoundAccount = {
  provider_id: string;
  name: string;
  picture_url?: string | null;
  /** What a person tells them apart by: a phone number, a user name. */
  handle?: string | null;
  /** The account here that it is connected as already. */
  account_id?: string | null;
};
export type Connection = {
  id: string;
  channel: Channel;
  state: "waiting" | "ready" | "failed";
  failure_code?: string | null;
  failure_detail?: string | null;
  accounts?: FoundAccount[];
};
export type ConnectResult = {
  provider_id: string;
  account?: ChannelAccount | null;
  failure_code?: string | null;
  failure_detail?: string | null;
};

const WAITING_MS = 1_500;
const at = (id: string): string => `/connections/${encodeURIComponent(id)}`;

/** Leads away to the platform's dialog, which leads back to the channels page. */
export const useStartConnection = () =>
  useMutation({
    mutationFn: (channel: Channel) =>
      api<{ id: string; authorize_url: string }>("/connections", { method: "POST", body: { channel } }),
    onSuccess: ({ authorize_url: url }) => location.assign(url),
  });

/** What the platform's dialog found, read until it is there. */
export const useConnection = (id: string) =>
  useQuery({
    queryKey: keys.connection(id),
    queryFn: ({ signal }) => api<Connection>(at(id), { signal }),
    refetchInterval: ({ state: { data } }) => (data?.state === "waiting" ? WAITING_MS : false),
  });

export const useConnectFound = (id: string) =>
  useAccountMutation((providerIds: string[]) =>
    api<{ results: ConnectResult[] }>(`${at(id)}:connect`, { method: "POST", body: { provider_ids: providerIds } }),
  );
