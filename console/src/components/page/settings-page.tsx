import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import styles from "./settings-page.module.css";

type SettingsPageProps = {
  title: string;
  subtitle?: string | undefined;
  action?: ReactNode;
  /** The page the others lead back to. */ home?: boolean;
  children: ReactNode;
};

/** The frame of every page outside the inbox. */
export function SettingsPage({ title, subtitle, action, home = false, children }: SettingsPageProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        {!home && (
          <Link to="/settings" className={styles.back} aria-label={t("nav.settings")}>
            <ArrowLeft size={22} aria-hidden />
          </Link>
        )}
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
