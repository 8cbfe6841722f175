import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let minute = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) minute = Date.now();
  timer ??= setInterval(() => {
    minute = Date.now();
    for (const each of listeners) each();
  }, 60_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const snapshot = (): number => minute;

/** The time, again every minute; one timer for all that show relative times. */
export const useNow = (): number => useSyncExternalStore(subscribe, snapshot);
