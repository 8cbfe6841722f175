import type { ReactNode } from "react";
import styles from "./form-footer.module.css";

/** The buttons that end a dialog or a form: what is meant last, where the thumb is. */
export function FormFooter({ children }: { children: ReactNode }) {
  return <footer className={styles.footer}>{children}</footer>;
}
