import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "@/lib/desk/keys";
import { useThreadTools } from "./thread-tools";

/** Not again within this time: a whole screen of old addresses is one reading of the thread. */
const PAUSE_MS = 10_000;
const readAt = new Map<string, number>();

type FreshMedia = { broken: boolean; onError: () => void; again: () => void };

/**
 * Addresses of media live shortly. One that stopped working is asked for anew, by reading the thread again; `broken`
 * says that the present one does not work.
 */
export function useFreshMedia(url: string | null): FreshMedia {
  const { conversationId } = useThreadTools();
  const queries = useQueryClient();
  const [failed, setFailed] = useState<string | null>(null);
  const read = (): void => {
    readAt.set(conversationId, Date.now());
    void queries.invalidateQueries({ queryKey: keys.messages(conversationId) });
  };
  return {
    broken: url !== null && failed === url,
    onError: () => {
      setFailed(url);
      if (Date.now() - (readAt.get(conversationId) ?? 0) > PAUSE_MS) read();
    },
    again: () => {
      setFailed(null);
      read();
    },
  };
}
