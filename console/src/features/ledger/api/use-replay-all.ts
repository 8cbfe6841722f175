import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { LedgerFilter } from "@/features/ledger/api/use-ledger";
import { api } from "@/lib/api/client";
import type { components } from "@/lib/api/schema";
import { keys } from "@/lib/desk/keys";

type Replays = components["schemas"]["Replays"];
/** So far. reached: when the last of them was received. */
export type Progress = Omit<Replays, "next_page_token">;

const NOTHING: Progress = { entries: 0, published: 0, failed: [], reached: null };

/**
 * Has everything understood again that a filter means and that came before the first start, the oldest first. A start
 * after a stop or a failure goes on with the page that is missing.
 */
export function useReplayAll({ accountId, verdict }: LedgerFilter) {
  const queries = useQueryClient();
  const [progress, setProgress] = useState(NOTHING);
  const next = useRef({ before: "", token: "" });
  const stopping = useRef(false);
  const stop = (): void => {
    stopping.current = true;
  };
  useEffect(
    () => () => {
      stopping.current = true;
    },
    [],
  );
  const replay = useMutation({
    mutationFn: async () => {
      stopping.current = false;
      next.current.before ||= new Date().toISOString();
      do {
        const page = await api<Replays>("/ledger-entries:replay", {
          method: "POST",
          body: {
            account_id: accountId,
            verdict: verdict || null,
            received_before: next.current.before,
            page_token: next.current.token,
          },
        });
        next.current.token = page.next_page_token ?? "";
        setProgress((sofar) => plus(sofar, page));
      } while (next.current.token && !stopping.current);
      return { isDone: !next.current.token };
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.ledgers }),
  });
  return { ...replay, progress, stop };
}

const plus = (sofar: Progress, page: Progress): Progress => ({
  entries: sofar.entries + page.entries,
  published: sofar.published + page.published,
  failed: [...sofar.failed, ...page.failed],
  reached: page.reached ?? sofar.reached,
});
