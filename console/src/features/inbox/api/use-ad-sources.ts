import { useQuery } from "@tanstack/react-query";
import { listAdSources } from "@/lib/api/endpoints";
import { keys } from "@/lib/desk/keys";

/** Rule 12: read when somebody opens the list, for ads come while nobody looks. */
export const useAdSources = (enabled: boolean) =>
  useQuery({ queryKey: keys.adSources, queryFn: ({ signal }) => listAdSources(signal), enabled, staleTime: 10_000 });
