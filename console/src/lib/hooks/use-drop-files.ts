import { type RefObject, useEffect, useEffectEvent, useState } from "react";

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") ?? false;

/** Whether files hover above the element; dropped there they are handed on. Not `open`, it refuses them. */
export function useDropFiles(element: RefObject<HTMLElement | null>, open: boolean, onFiles: (files: File[]) => void) {
  const [isOver, setOver] = useState(false);
  const take = useEffectEvent((event: DragEvent): void => {
    if (open) onFiles([...(event.dataTransfer?.files ?? [])]);
  });
  useEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    // Enter and leave come for every element that is crossed.
    let depth = 0;
    const cross = (step: number) => (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth = Math.max(0, depth + step);
      setOver(open && depth > 0);
    };
    const handlers = {
      dragenter: cross(1),
      dragleave: cross(-1),
      dragover: (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        if (event.dataTransfer) event.dataTransfer.dropEffect = open ? "copy" : "none";
      },
      drop: (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        take(event);
      },
    };
    const entries = Object.entries(handlers) as [keyof typeof handlers, (event: DragEvent) => void][];
    for (const [name, handler] of entries) target.addEventListener(name, handler);
    return () => {
      for (const [name, handler] of entries) target.removeEventListener(name, handler);
    };
  }, [element, open]);
  return isOver;
}
