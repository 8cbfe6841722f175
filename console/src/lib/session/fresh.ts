import { currentSession, renew, sessionState } from "@/lib/session/session";

/** Renew this long before the end: a socket that is told in time stays open. */
const AHEAD_MS = 60_000;
const SOONEST_MS = 5_000;

/** Renews the access token before it ends and tells each new one; returns how to stop. */
export function keepSessionFresh(onToken: (token: string) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (): void => {
    clearTimeout(timer);
    const session = currentSession();
    if (!session) return;
    onToken(session.token);
    timer = setTimeout(
      () => void renew(session.token).catch(plan),
      Math.max(SOONEST_MS, session.expiresAt - AHEAD_MS - Date.now()),
    );
  };
  const forget = sessionState.subscribe(plan);
  plan();
  return () => {
    clearTimeout(timer);
    forget();
  };
}
