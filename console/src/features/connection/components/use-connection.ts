import { useEffect, useState } from "react";
import { useDesk } from "@/lib/desk/context";
import { useStore } from "@/lib/store";
import type { StreamState } from "@/lib/stream/stream";

/** A short cut that mends itself, or a connection just being made, is not worth a word. */
const PATIENCE_MS = 2_500;
const ONLINE: StreamState = { phase: "online" };

/** The state worth showing: good news and a missing network at once, other trouble only when it lasts. */
export function useConnection(): StreamState {
  const state = useStore(useDesk().stream.state);
  const [patient, setPatient] = useState(true);
  const trouble = state.phase === "connecting" || state.phase === "waiting";
  useEffect(() => {
    if (!trouble) return undefined;
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setPatient(true);
    };
  }, [trouble]);
  return trouble && patient ? ONLINE : state;
}
