import { http } from "@/lib/api/http";
import type { Invitation } from "@/lib/api/types";
import { currentLanguage } from "@/lib/i18n/i18n";

/** Answers the same whether the address is known or not. */
export const requestReset = (email: string): Promise<void> =>
  http("/password-resets", { method: "POST", body: { email, language: currentLanguage() } });

/** Signs every session of the teammate out. */
export const completeReset = (token: string, password: string): Promise<void> =>
  http("/password-resets:complete", { method: "POST", body: { token, password } });

const at = (token: string): string => `/invitations/${encodeURIComponent(token)}`;

export const getInvitation = (token: string): Promise<Invitation> => http(at(token));

export const acceptInvitation = (token: string, name: string, password: string): Promise<void> =>
  http(`${at(token)}:accept`, { method: "POST", body: { name, password } });
