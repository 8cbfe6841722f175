import type { ReactNode } from "react";
import styles from "./message.module.css";

type MessageProps = { icon?: ReactNode; title: string; text?: string | undefined; action?: ReactNode; role?: "alert" | "status" };

/** What stands in place of a page's content: nothing here yet, or something went wrong. */
export function Message({ icon, title, text, action, role }: MessageProps) {
  return (
    <div className={styles.message} role={role}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <p className={styles.title}>{title}</p>
      {text && <p className={styles.text}>{text}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
