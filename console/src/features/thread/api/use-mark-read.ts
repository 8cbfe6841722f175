import { useEffect, useRef } from "react";
import { openConversation } from "@/lib/api/endpoints";
import type { Conversation } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { useAttention } from "@/lib/hooks/use-attention";

/**
 * Reading marks as read: while the thread is open and somebody looks, never in a tab behind. Each state is reported
 * once, for the server leaves it unread for those who may not answer.
 */
export function useMarkRead(conversation: Conversation | undefined): void {
  const desk = useDesk();
  const attention = useAttention();
  const reported = useRef("");
  const unread = conversation !== undefined && conversation.unread_count > 0;
  const state = unread ? `${conversation.id} ${conversation.last_message?.id} ${conversation.unread_count}` : "";
  const id = conversation?.id;
  useEffect(() => {
    if (!attention || state === "" || id === undefined || reported.current === state) return;
    reported.current = state;
    openConversation(id).then(
      (answer) => desk.apply({ conversation: answer }),
      () => {
        reported.current = "";
      },
    );
  }, [attention, state, id, desk]);
}
