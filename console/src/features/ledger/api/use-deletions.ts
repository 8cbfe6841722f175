import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { components } from "@/lib/api/schema";
import { keys } from "@/lib/desk/keys";

export type DeletionRequest = components["schemas"]["DataDeletionRequest"];

const PATH = "/data-deletion-requests";

/** Open ones, the oldest first; those that are done make room for the next. */
export const useDeletions = () =>
  useQuery({
    queryKey: keys.deletions,
    queryFn: ({ signal }) => api<components["schemas"]["DataDeletionRequests"]>(PATH, { signal }),
    staleTime: 0,
  });

export function useCompleteDeletion(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (code: string) =>
      api<DeletionRequest>(`${PATH}/${encodeURIComponent(code)}:complete`, { method: "POST" }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.deletions });
      onDone();
    },
  });
}
