import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/lib/api/client";
import type { Teammate, TeammatePage } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { keys } from "@/lib/desk/keys";

const PAGE_SIZE = 100;
const FRESH_MS = 5 * 60_000;

/** Sorted by role, then name (rule 106), as the server sends it. */
async function readTeam(signal: AbortSignal): Promise<Teammate[]> {
  const all: Teammate[] = [];
  let token: string | null = "";
  while (token !== null) {
    const page: TeammatePage = await api("/teammates", { query: { page_size: PAGE_SIZE, page_token: token }, signal });
    all.push(...page.teammates);
    token = page.next_page_token || null;
  }
  return all;
}

/** Everybody of the tenant; names in lists and threads come from here. */
export const useTeam = () =>
  useQuery({ queryKey: keys.teammates, queryFn: ({ signal }) => readTeam(signal), staleTime: FRESH_MS });

/** "You" for the reader; a colleague who left keeps no name. */
export function useTeammateName(id: string | null): string {
  const { t } = useTranslation("team");
  const { me } = useDesk();
  const { data } = useTeam();
  if (!id) return "";
  if (id === me) return t("you");
  return data?.find((teammate) => teammate.id === id)?.name || t("colleague");
}
