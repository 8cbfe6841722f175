import type { Role, Teammate } from "@/lib/api/types";
import { ROLES } from "./roles";

/** Rule 106: whose name, address or phone contains the words, in whatever case. */
export function searchTeam(team: Teammate[], words: string): Teammate[] {
  const wanted = words.trim().toLocaleLowerCase();
  return team.filter(({ name, email, phone }) =>
    [name, email, phone].some((text) => text.toLocaleLowerCase().includes(wanted)),
  );
}

export const byRole = (team: Teammate[]): { role: Role; members: Teammate[] }[] =>
  ROLES.map((role) => ({ role, members: team.filter((each) => each.role === role) })).filter(
    ({ members }) => members.length > 0,
  );
