import { useCallback, useState } from "react";
import { useDesk } from "@/lib/desk/context";
import { tabStorage } from "@/lib/storage";

/** What was typed into one conversation and not sent: kept in this tab over reloads, and apart for each teammate. */
export function useDraft(conversationId: string): [string, (text: string) => void] {
  const { me } = useDesk();
  const slot = `frontdesk.draft.${me}.${conversationId}`;
  const [text, setText] = useState(() => tabStorage.get(slot) ?? "");
  const write = useCallback(
    (next: string) => {
      setText(next);
      if (next) tabStorage.set(slot, next);
      else tabStorage.remove(slot);
    },
    [slot],
  );
  return [text, write];
}
