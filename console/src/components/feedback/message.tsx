import type { ReactNode } from "react";
import styles from "./message.module.css";

type MessageProps = {
  icon?: ReactNode;
  title: string;
  text?: string | undefined;
  action?: ReactNode;
  role?: "alert" | "status";
  /** It is the whole page, so its title is the page's heading. */
  page?: boolean;
};

/** What stands in place of a page's content: nothing here yet, or something went wrong. */
export function Message({ icon, title, text, action, role, page = false }: MessageProps) {
  const Title = page ? "h1" : "p";
  return (
    <div className={styles.message} role={role}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <Title className={styles.title}>{title}</Title>
      {text && <p className={styles.text}>{text}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
