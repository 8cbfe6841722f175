import { useMemo } from "react";
import { useDesk } from "@/lib/desk/context";
import { useStore } from "@/lib/store";
import type { UploadItem } from "@/lib/uploads/item";

/** The files waiting in one conversation's answer, and whether all of them can go out. */
export function useAttachments(conversationId: string): { files: UploadItem[]; ready: boolean } {
  const items = useStore(useDesk().compose.uploads.items);
  return useMemo(() => {
    const files = items.filter((item) => item.conversationId === conversationId);
    return { files, ready: files.every(({ state }) => state === "ready") };
  }, [items, conversationId]);
}
