import type { ReactNode } from "react";
import styles from "./card.module.css";

type CardProps = { title?: string; text?: string; children: ReactNode; flush?: boolean };

export function Card({ title, text, children, flush = false }: CardProps) {
  return (
    <section className={`${styles.card} ${flush ? styles.flush : ""}`}>
      {title && <h2 className={styles.title}>{title}</h2>}
      {text && <p className={styles.text}>{text}</p>}
      {children}
    </section>
  );
}
