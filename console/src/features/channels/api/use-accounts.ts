import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { ChannelAccount, ChannelAccountPage } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";

const PAGE_SIZE = 100;

async function readAccounts(signal: AbortSignal): Promise<ChannelAccount[]> {
  const all: ChannelAccount[] = [];
  let token: string | null = "";
  while (token !== null) {
    const page: ChannelAccountPage = await api("/channel-accounts", {
      query: { page_size: PAGE_SIZE, page_token: token },
      signal,
    });
    all.push(...page.channel_accounts);
    token = page.next_page_token || null;
  }
  return all;
}

export const useAccounts = () => useQuery({ queryKey: keys.accounts, queryFn: ({ signal }) => readAccounts(signal) });

export const useAccount = (id: string): ChannelAccount | undefined =>
  useAccounts().data?.find((account) => account.id === id);

/** The account's name; nothing while the accounts are read, its id if it is not among them. */
export function useAccountName(id: string): string {
  const { data, isPending } = useAccounts();
  return isPending ? "" : (data?.find((account) => account.id === id)?.name ?? id);
}
