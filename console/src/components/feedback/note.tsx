import type { ReactNode } from "react";
import styles from "./note.module.css";

type NoteProps = {
  tone?: "info" | "good" | "warning" | "bad";
  icon?: ReactNode;
  children: ReactNode;
  action?: ReactNode;
  role?: "alert" | "status";
};

/** A short word about the state of things, within a page. */
export function Note({ tone = "info", icon, children, action, role }: NoteProps) {
  return (
    <div className={`${styles.note} ${styles[tone]}`} role={role}>
      {icon}
      <div className={styles.text}>{children}</div>
      {action}
    </div>
  );
}
