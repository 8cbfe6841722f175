import { api } from "@/lib/api/client";
import type { Me } from "@/lib/api/types";
import { currentSession, sessionState } from "@/lib/session/session";

/** Reads anew who the teammate is and what the role allows: somebody changed it meanwhile. */
export async function refreshMe(): Promise<void> {
  const me = await api<Me>("/me");
  const session = currentSession();
  if (session) sessionState.set({ status: "signed-in", session: { ...session, ...me } });
}
