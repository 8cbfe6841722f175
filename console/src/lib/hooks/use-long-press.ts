import { type RefObject, useEffect, useEffectEvent } from "react";

const HELD_MS = 500;
/** A finger that moves this far scrolls. */
const STILL_PX = 10;

/** Calls back when a finger rests on the element. Mice have their own ways. */
export function useLongPress(element: RefObject<HTMLElement | null>, onHeld: () => void): void {
  const held = useEffectEvent(onHeld);
  useEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start = { x: 0, y: 0 };
    const end = (): void => clearTimeout(timer);
    const down = ({ pointerType, clientX, clientY }: PointerEvent): void => {
      if (pointerType !== "touch") return;
      start = { x: clientX, y: clientY };
      end();
      timer = setTimeout(() => held(), HELD_MS);
    };
    const move = ({ clientX, clientY }: PointerEvent): void => {
      if (Math.hypot(clientX - start.x, clientY - start.y) > STILL_PX) end();
    };
    // The system's own menu for the same gesture.
    const menu = (event: Event): void => {
      if ((event as PointerEvent).pointerType === "touch") event.preventDefault();
    };
    target.addEventListener("pointerdown", down);
    target.addEventListener("pointermove", move);
    target.addEventListener("contextmenu", menu);
    for (const name of ["pointerup", "pointercancel"]) target.addEventListener(name, end);
    return () => {
      end();
      target.removeEventListener("pointerdown", down);
      target.removeEventListener("pointermove", move);
      target.removeEventListener("contextmenu", menu);
      for (const name of ["pointerup", "pointercancel"]) target.removeEventListener(name, end);
    };
  }, [element]);
}
