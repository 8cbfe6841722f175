import { expect, it, vi } from "vitest";
import { aSession, aTeammate } from "@/test/data";
import { fakeApi } from "@/test/render-desk";
import { keepSessionFresh } from "./fresh";
import { sessionState } from "./session";

it("renews the token a minute before it ends, and tells the new one", async () => {
  vi.useFakeTimers();
  const refresh = vi.fn(() => ({
    ...aSession(),
    teammate: aTeammate(),
    access_token: "newer",
    expires_in: 600,
    session_id: "s1",
  }));
  fakeApi({ "POST /sessions:refresh": refresh });
  sessionState.set({ status: "signed-in", session: { ...aSession(), expiresAt: Date.now() + 600_000 } });
  const tokens: string[] = [];
  const stop = keepSessionFresh((token) => tokens.push(token));
  await vi.advanceTimersByTimeAsync(539_000);
  expect(refresh).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(tokens).toEqual(["token", "newer"]);
  stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(refresh).toHaveBeenCalledTimes(1);
});
