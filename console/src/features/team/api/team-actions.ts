import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Role, Teammate } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";
import { currentLanguage } from "@/lib/i18n/i18n";

export type TeammateChange = { name?: string; phone?: string; role?: Role };

const at = (id: string): string => `/teammates/${encodeURIComponent(id)}`;

/** A change of the team; the list is read again after it. */
function useTeamMutation<T>(mutationFn: (input: T) => Promise<unknown>, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.teammates });
      onDone?.();
    },
  });
}

/** Sent anew to who was invited and has not come yet. */
export const useInvite = (onDone: () => void) =>
  useTeamMutation(
    ({ email, name, role }: { email: string; name: string; role: Role }) =>
      api("/invitations", { method: "POST", body: { email, name, role, language: currentLanguage() } }),
    onDone,
  );

export const useUpdateTeammate = (id: string, onDone: () => void) =>
  useTeamMutation((change: TeammateChange) => api(at(id), { method: "PATCH", body: change }), onDone);

/** Rule 109: admins only; disabling signs the teammate out everywhere. */
export const useSetDisabled = (teammate: Teammate, onDone: () => void) =>
  useTeamMutation(
    (disabled: boolean) => api(`${at(teammate.id)}:${disabled ? "disable" : "enable"}`, { method: "POST" }),
    onDone,
  );
