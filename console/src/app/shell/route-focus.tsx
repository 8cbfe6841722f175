import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

/** After going to another page, the keyboard and screen readers start in it, not in the menu that led there. */
export function RouteFocus() {
  const area = useLocation()
    .pathname.split("/")
    .slice(0, 3)
    .join("/")
    .replace(/^\/inbox.*/, "/inbox");
  const previous = useRef(area);
  useEffect(() => {
    if (previous.current === area) return;
    previous.current = area;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [area]);
  return null;
}
