import type { Session } from "@/lib/session/session";

type TabMessage = { type: "session"; session: Session } | { type: "signed-out" };

const LOCK = "frontdesk-session";
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(LOCK);

/** What this console's open tabs tell each other: they share one refresh cookie, so they share the session. */
export const tabs = {
  post(message: TabMessage): void {
    channel?.postMessage(message);
  },
  onMessage(listener: (message: TabMessage) => void): void {
    channel?.addEventListener("message", (event: MessageEvent<TabMessage>) => listener(event.data));
  },
  /** Runs alone among all tabs. Without Web Locks (plain http on another machine) only this tab is held back. */
  exclusive<T>(run: () => Promise<T>): Promise<T> {
    return "locks" in navigator ? (navigator.locks.request(LOCK, run) as Promise<T>) : run();
  },
};
