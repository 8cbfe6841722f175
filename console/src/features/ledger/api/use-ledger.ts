import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Channel } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";

export const VERDICTS = ["stored", "duplicate", "refused", "parked"] as const;
export type Verdict = (typeof VERDICTS)[number];

export type LedgerEntry = {
  id: string;
  account_id: string | null;
  channel: Channel | "";
  verdict: Verdict;
  reason: string | null;
  kind: string | null;
  received_at: string;
  size_bytes: number;
  replayed_at: string | null;
  /** More for experts than the reason. */
  detail?: string | null;
  /** Only the beginning was kept. */
  truncated?: boolean;
};
/** raw: base64; null when it is no longer kept. */
export type LedgerDetail = LedgerEntry & { raw: string | null };
export type LedgerFilter = { accountId: string; verdict: Verdict | "" };

type LedgerPage = { entries: LedgerEntry[]; next_page_token: string | null };

const PAGE_SIZE = 50;
const at = (id: string): string => `/ledger-entries/${encodeURIComponent(id)}`;

export const useLedger = (filter: LedgerFilter) =>
  useInfiniteQuery({
    queryKey: keys.ledger(filter),
    queryFn: ({ pageParam, signal }) =>
      api<LedgerPage>("/ledger-entries", {
        query: {
          account_id: filter.accountId,
          verdict: filter.verdict,
          page_size: PAGE_SIZE,
          page_token: pageParam,
        },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    staleTime: 0,
  });

export const useLedgerEntry = (id: string) =>
  useQuery({ queryKey: keys.ledgerEntry(id), queryFn: ({ signal }) => api<LedgerDetail>(at(id), { signal }) });

/** Has the event understood again, as it came; the lists are read anew. */
export function useReplay(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api<{ published: number }>(`${at(id)}:replay`, { method: "POST" }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.ledgerEntry(id) });
      await queries.invalidateQueries({ queryKey: keys.ledgers });
    },
  });
}
