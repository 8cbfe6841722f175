import type { ReactNode } from "react";
import styles from "./chip.module.css";

type ChipProps = { tone?: "neutral" | "pine" | "brass" | "coral"; icon?: ReactNode; children: ReactNode };

/** A state in one word. */
export function Chip({ tone = "neutral", icon, children }: ChipProps) {
  return (
    <span className={`${styles.chip} ${styles[tone]}`}>
      {icon}
      {children}
    </span>
  );
}
