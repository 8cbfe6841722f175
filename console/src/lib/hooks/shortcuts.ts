import { useEffect, useEffectEvent } from "react";
import { browserStorage } from "@/lib/storage";
import { Store } from "@/lib/store";

const SLOT = "frontdesk.shortcuts";

/** Single letters can get in the way of speech input and screen readers, so they can be turned off. */
export const shortcutsOn = new Store(browserStorage.get(SLOT) !== "off");
export const shortcutHelp = new Store(false);

export function chooseShortcuts(on: boolean): void {
  browserStorage.set(SLOT, on ? "on" : "off");
  shortcutsOn.set(on);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const inOverlay = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("[role=dialog],[role=alertdialog],[role=menu],[role=listbox]") !== null;

/** Keys by name ("j", "?", "Escape"): letters only while nobody writes, and nothing while a dialog or menu is open. */
export function useShortcuts(actions: Record<string, () => void>): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const action = actions[event.key];
    if (!action || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
      return;
    if (inOverlay(event.target)) return;
    if (event.key !== "Escape" && (isTyping(event.target) || !shortcutsOn.get())) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
