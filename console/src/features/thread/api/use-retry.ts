import { useMutation } from "@tanstack/react-query";
import { toast } from "@/components/toast/toasts";
import { retryMessage } from "@/lib/api/endpoints";
import type { Message } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { errorText } from "@/lib/i18n/error-text";

/** One key per attempt, kept over impatient clicks and lost answers: an attempt is made once. */
const attemptKeys = new Map<string, string>();

function keyOf({ id, attempt }: Message): string {
  const slot = `${id}:${attempt}`;
  const key = attemptKeys.get(slot) ?? crypto.randomUUID();
  attemptKeys.set(slot, key);
  return key;
}

/** A new attempt at a message that failed or stayed unconfirmed. */
export function useRetry(message: Message) {
  const desk = useDesk();
  return useMutation({
    mutationFn: () => retryMessage(message.conversation_id, message.id, keyOf(message)),
    onSuccess: (answer) => desk.apply({ message: answer }),
    onError: (error) => toast(errorText(error), "bad"),
  });
}
