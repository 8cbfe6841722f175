import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { AuditPage } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";

const PAGE_SIZE = 50;

export const useAudit = () =>
  useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: ({ pageParam, signal }) =>
      api<AuditPage>("/audit-entries", { query: { page_size: PAGE_SIZE, page_token: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    staleTime: 0,
  });
