import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { AccountCheck, Channel, ChannelAccount } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";
import { type Credentials, given } from "./channel-forms";

export type NewAccount = { channel: Channel; name: string; provider_id: string; credentials: Credentials };

const at = (id: string): string => `/channel-accounts/${encodeURIComponent(id)}`;

export function useAccountMutation<T, R>(mutationFn: (input: T) => Promise<R>, onDone?: (answer: R) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: keys.accounts });
      onDone?.(answer);
    },
  });
}

export const useConnect = () =>
  useAccountMutation((account: NewAccount) =>
    api<ChannelAccount>("/channel-accounts", {
      method: "POST",
      body: { ...account, credentials: given(account.credentials) },
    }),
  );

export const useRotate = (id: string, onDone: () => void) =>
  useAccountMutation(
    (credentials: Credentials) =>
      api<ChannelAccount>(`${at(id)}:rotate-credentials`, {
        method: "POST",
        body: { credentials: given(credentials) },
      }),
    onDone,
  );

/** A disconnected account comes back under the id it had, its history with it. */
export const useReconnect = (id: string, onDone: () => void) =>
  useAccountMutation(
    (credentials: Credentials) =>
      api<ChannelAccount>(`${at(id)}:reconnect`, { method: "POST", body: { credentials: given(credentials) } }),
    onDone,
  );

/** The history stays; the webhook address stops answering. */
export const useDisconnect = (id: string, onDone: () => void) =>
  useAccountMutation(() => api<ChannelAccount>(`${at(id)}:disconnect`, { method: "POST" }), onDone);

/** Asks the platform with the stored credentials. */
export const useCheck = (id: string) =>
  useAccountMutation(() => api<AccountCheck>(`${at(id)}:check`, { method: "POST" }));

/** Tells the platform again where to send the account's events. */
export const useSetUpWebhook = (id: string) =>
  useAccountMutation(() => api<ChannelAccount>(`${at(id)}:set-up-webhook`, { method: "POST" }));
