import { beforeEach, describe, expect, it, vi } from "vitest";
import { aSession, aTeammate } from "@/test/data";
import { fakeApi, problem } from "@/test/render-desk";
import { api } from "@/lib/api/client";
import { currentSession, renew, sessionState, signIn, signOut } from "./session";

const answer = (token: string, lives = 600) => ({
  access_token: token,
  token_type: "Bearer",
  expires_in: lives,
  expires_at: "",
  session_id: "s1",
  teammate: aTeammate(),
  tenant: aSession().tenant,
  permissions: ["send_messages"],
});

beforeEach(() => sessionState.set({ status: "unknown", unreachable: false }));

describe("the session", () => {
  it("is taken up after a reload by the refresh cookie, with one request for all who ask", async () => {
    const refresh = vi.fn(() => answer("t1"));
    fakeApi({ "POST /sessions:refresh": refresh });
    await Promise.all([renew(), renew(), renew()]);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(currentSession()).toMatchObject({ token: "t1", permissions: ["send_messages"] });
  });

  it("is over when the cookie is refused, and only then", async () => {
    fakeApi({ "POST /sessions:refresh": () => problem(401, { code: "session_ended" }) });
    await expect(renew()).rejects.toThrow();
    expect(sessionState.get()).toEqual({ status: "signed-out", expired: false });
  });

  it("is not over when the server is away", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("failed");
    });
    await expect(renew()).rejects.toThrow();
    expect(sessionState.get()).toEqual({ status: "unknown", unreachable: true });
  });

  it("renews a refused token once and repeats the request with the new one", async () => {
    const refresh = vi.fn(() => answer("t2"));
    const seen: (string | null)[] = [];
    fakeApi({
      "POST /sessions": () => answer("t1"),
      "POST /sessions:refresh": refresh,
      "GET /me": ({ headers }) => {
        seen.push(headers.get("Authorization"));
        return seen.length < 3 ? problem(401) : { ok: true };
      },
    });
    await signIn("agent@demo.test", "frontdesk");
    const both = await Promise.allSettled([api("/me"), api("/me")]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(["Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2"]);
  });

  it("renews before the token dies on the way", async () => {
    fakeApi({
      "POST /sessions": () => answer("short", 5),
      "POST /sessions:refresh": () => answer("long"),
      "GET /me": ({ headers }) => headers.get("Authorization"),
    });
    await signIn("agent@demo.test", "frontdesk");
    expect(await api("/me")).toBe("Bearer long");
  });

  it("ends on the server before it ends on the screen", async () => {
    let reachable = false;
    fakeApi({
      "POST /sessions": () => answer("t1"),
      "DELETE /sessions/current": () => (reachable ? undefined : problem(503)),
    });
    await signIn("agent@demo.test", "frontdesk");
    await expect(signOut()).rejects.toThrow();
    expect(sessionState.get().status).toBe("signed-in");
    reachable = true;
    await signOut();
    expect(sessionState.get()).toEqual({ status: "signed-out", expired: false });
  });
});
