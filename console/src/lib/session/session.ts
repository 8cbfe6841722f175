import { ApiError } from "@/lib/api/errors";
import { http } from "@/lib/api/http";
import type { Me, SessionAnswer } from "@/lib/api/types";
import { tabs } from "@/lib/session/tabs";
import { Store } from "@/lib/store";

export type Session = Me & {
  token: string;
  sessionId: string;
  /** Epoch milliseconds on this machine's clock. */ expiresAt: number;
};

export type SessionState =
  | { status: "unknown"; unreachable: boolean }
  | { status: "signed-out"; expired: boolean }
  | { status: "signed-in"; session: Session };

/** Renew this long before the end, so that a request never travels with a token that dies on the way. */
const MARGIN_MS = 20_000;

/** Who is signed in. The access token lives in memory only; the refresh token is a cookie scripts cannot read. */
export const sessionState = new Store<SessionState>({ status: "unknown", unreachable: false });

export function currentSession(): Session | null {
  const state = sessionState.get();
  return state.status === "signed-in" ? state.session : null;
}

const fromAnswer = (answer: SessionAnswer, now = Date.now()): Session => ({
  teammate: answer.teammate,
  tenant: answer.tenant,
  permissions: answer.permissions,
  token: answer.access_token,
  sessionId: answer.session_id,
  expiresAt: now + answer.expires_in * 1000,
});

function adopt(session: Session): Session {
  sessionState.set({ status: "signed-in", session });
  return session;
}

/** Throws ApiError: 401 for wrong credentials, 429 with retryAfter when throttled. */
export async function signIn(email: string, password: string): Promise<void> {
  const answer = await http<SessionAnswer>("/sessions", { method: "POST", body: { email, password } });
  tabs.post({ type: "session", session: adopt(fromAnswer(answer)) });
}

/** Ends the session on the server first: signed out only on the screen would come back with the next reload. */
export async function signOut(): Promise<void> {
  const token = await accessToken();
  await http("/sessions/current", { method: "DELETE", headers: { Authorization: `Bearer ${token}` } }).catch(
    (error: unknown) => {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    },
  );
  endSession(false);
  tabs.post({ type: "signed-out" });
}

export function endSession(expired: boolean): void {
  sessionState.set({ status: "signed-out", expired });
}

let renewing: Promise<Session> | null = null;

/**
 * A new access token by the refresh cookie; one request however many callers and tabs ask at once, because a
 * refresh token used twice ends the session. `spent` is the token that was refused, if any.
 * Throws ApiError 401 when the session is over (and ends it here), NetworkError when the server is away.
 */
export function renew(spent?: string): Promise<Session> {
  renewing ??= tabs
    .exclusive(() => renewAlone(spent))
    .finally(() => {
      renewing = null;
    });
  return renewing;
}

async function renewAlone(spent?: string): Promise<Session> {
  const known = currentSession();
  if (known && known.token !== spent && known.expiresAt - MARGIN_MS > Date.now()) return known;
  try {
    const session = adopt(fromAnswer(await http<SessionAnswer>("/sessions:refresh", { method: "POST", body: {} })));
    tabs.post({ type: "session", session });
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500 && error.status !== 429) endSession(known !== null);
    else if (sessionState.get().status === "unknown") sessionState.set({ status: "unknown", unreachable: true });
    throw error;
  }
}

/** A token good for at least some seconds. */
export async function accessToken(): Promise<string> {
  const session = currentSession();
  if (session && session.expiresAt - MARGIN_MS > Date.now()) return session.token;
  return (await renew()).token;
}

tabs.onMessage((message) => {
  if (message.type === "signed-out") endSession(false);
  else adopt(message.session);
});
