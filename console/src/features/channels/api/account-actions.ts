import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { AccountCheck, ChannelAccount } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";

export type Credentials = { channel_secret: string; access_token: string };
export type NewAccount = { channel: "line"; name: string; provider_id: string; credentials: Credentials };

const at = (id: string): string => `/channel-accounts/${encodeURIComponent(id)}`;

function useAccountMutation<T, R>(mutationFn: (input: T) => Promise<R>, onDone?: (answer: R) => void) {
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
    api<ChannelAccount>("/channel-accounts", { method: "POST", body: account }),
  );

export const useRotate = (id: string, onDone: () => void) =>
  useAccountMutation(
    (credentials: Credentials) =>
      api<ChannelAccount>(`${at(id)}:rotate-credentials`, { method: "POST", body: { credentials } }),
    onDone,
  );

/** The history stays; the webhook address stops answering. */
export const useDisconnect = (id: string, onDone: () => void) =>
  useAccountMutation(() => api<ChannelAccount>(`${at(id)}:disconnect`, { method: "POST" }), onDone);

/** Asks the platform with the stored credentials. */
export const useCheck = (id: string) =>
  useAccountMutation(() => api<AccountCheck>(`${at(id)}:check`, { method: "POST" }));

export const NO_CREDENTIALS: Credentials = { channel_secret: "", access_token: "" };
export const areComplete = (value: Credentials): boolean => Object.values(value).every((each) => each.trim() !== "");

export const CREDENTIAL_FIELDS = ["credentials.channel_secret", "credentials.access_token"];
