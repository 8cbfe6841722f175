import { useSyncExternalStore } from "react";

const events = ["visibilitychange", "focus", "blur"] as const;

function subscribe(listener: () => void): () => void {
  for (const event of events) (event === "visibilitychange" ? document : window).addEventListener(event, listener);
  return () => {
    for (const event of events) (event === "visibilitychange" ? document : window).removeEventListener(event, listener);
  };
}

const snapshot = (): boolean => document.visibilityState === "visible" && document.hasFocus();

/** Whether somebody is likely to be looking: the tab is visible and has the focus. */
export const useAttention = (): boolean => useSyncExternalStore(subscribe, snapshot);
