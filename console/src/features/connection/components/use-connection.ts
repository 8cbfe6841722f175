import { useEffect, useState } from "react";
import { useDesk } from "@/lib/desk/context";
import { useStore } from "@/lib/store";
import type { StreamState } from "@/lib/stream/stream";

/** A short cut that mends itself is not worth a word. */
const PATIENCE_MS = 2_500;

/** The state worth showing: online at once, trouble only when it lasts. */
export function useConnection(): StreamState {
  const state = useStore(useDesk().stream.state);
  const [shown, setShown] = useState(state);
  const calm = state.phase === "online" || state.phase === "offline";
  useEffect(() => {
    const timer = setTimeout(() => setShown(state), calm || shown.phase !== "online" ? 0 : PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [state, calm, shown.phase]);
  return calm ? state : shown;
}
