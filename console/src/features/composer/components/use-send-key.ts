import { type CompositionEvent, type KeyboardEvent, useRef } from "react";
import { shouldSend } from "@/features/composer/api/should-send";
import { useMedia } from "@/lib/hooks/use-media";

/** Handlers for a text area in which Enter sends, and never while an input method is composing. */
export function useSendKey(send: () => void) {
  const compositionEnded = useRef<number | null>(null);
  const enterBreaksLine = useMedia("(hover: none) and (pointer: coarse)");
  return {
    onKeyDown(event: KeyboardEvent): void {
      if (!shouldSend(event.nativeEvent, { compositionEnded: compositionEnded.current, enterBreaksLine })) return;
      event.preventDefault();
      send();
    },
    onKeyUp(): void {
      compositionEnded.current = null;
    },
    onCompositionEnd(event: CompositionEvent): void {
      compositionEnded.current = event.nativeEvent.timeStamp;
    },
  };
}
