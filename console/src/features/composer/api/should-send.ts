type EnterKey = Pick<
  KeyboardEvent,
  "key" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey" | "isComposing" | "keyCode" | "timeStamp"
>;

/**
 * An Enter this soon after a composition ended is the one that ended it: Safari reports the end first and the key
 * afterwards, as if nothing had been composed. Nobody chooses a word and sends within this time.
 */
const SAME_KEYSTROKE_MS = 120;

/** keyCode of every key an input method swallows. */
const INPUT_METHOD = 229;

export type ComposerKeys = {
  /** Event time of the last compositionend, until the key that caused it is released; null otherwise. */
  compositionEnded: number | null;
  /** On a touch keyboard Enter breaks the line, and a button sends. */
  enterBreaksLine: boolean;
};

/** Whether this key press sends. Enter that belongs to an input method never does. */
export function shouldSend(event: EnterKey, { compositionEnded, enterBreaksLine }: ComposerKeys): boolean {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === INPUT_METHOD) return false;
  if (compositionEnded !== null && event.timeStamp - compositionEnded < SAME_KEYSTROKE_MS) return false;
  if (event.shiftKey || event.altKey) return false;
  return event.ctrlKey || event.metaKey || !enterBreaksLine;
}
