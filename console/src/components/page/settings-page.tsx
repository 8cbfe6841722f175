import type { ReactNode } from "react";
import styles from "./settings-page.module.css";

type SettingsPageProps = { title: string; subtitle?: string | undefined; action?: ReactNode; children: ReactNode };

/** The frame of every page outside the inbox. */
export function SettingsPage({ title, subtitle, action, children }: SettingsPageProps) {
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <div className={styles.titles}>
          <h1 className={styles.title}>{title}</h1>
          {subtitle && <p className={styles.subtitle}>{subtitle}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}
