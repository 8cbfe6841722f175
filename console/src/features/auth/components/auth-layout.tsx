import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Bell } from "@/components/brand/bell";
import { LanguageSelect } from "@/components/language/language-select";
import styles from "./auth-layout.module.css";

type AuthLayoutProps = { title: string; text?: string | undefined; children: ReactNode };

/** The reception: the house on one side, the door on the other. */
export function AuthLayout({ title, text, children }: AuthLayoutProps) {
  const { t } = useTranslation(["auth", "common"]);
  return (
    <div className={styles.page}>
      <aside className={styles.house}>
        <div className={styles.brand}>
          <Bell size={36} />
          <span>{t("common:brand")}</span>
        </div>
        <p className={styles.promise}>{t("promise")}</p>
        <Bell size={520} className={styles.motif} />
      </aside>
      <main className={styles.door}>
        <div className={styles.language}>
          <LanguageSelect />
        </div>
        <div className={styles.panel}>
          <header>
            <h1 className={styles.title}>{title}</h1>
            {text && <p className={styles.text}>{text}</p>}
          </header>
          {children}
        </div>
      </main>
    </div>
  );
}
