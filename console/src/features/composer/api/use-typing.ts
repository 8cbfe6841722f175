import { useCallback, useRef } from "react";
import { signalTyping } from "@/lib/api/endpoints";

/** Platforms show it for some ten seconds. */
const AGAIN_MS = 8_000;

/** Tells the customer that somebody writes: now and then while it is true, and nothing depends on it. */
export function useTyping(conversationId: string): (text: string) => void {
  const told = useRef(0);
  return useCallback(
    (text: string) => {
      if (text.trim() === "" || Date.now() - told.current < AGAIN_MS) return;
      told.current = Date.now();
      signalTyping(conversationId).catch(() => undefined);
    },
    [conversationId],
  );
}
