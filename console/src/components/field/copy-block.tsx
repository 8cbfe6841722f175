import { CopyButton } from "./copy-button";
import styles from "./copy-block.module.css";

/** Some lines to be pasted elsewhere, all of them to be seen. */
export function CopyBlock({ label, value }: { label: string; value: string }) {
  return (
    <figure className={styles.block}>
      <figcaption className={styles.head}>
        <span className={styles.label}>{label}</span>
        <CopyButton value={value} label={label} />
      </figcaption>
      <pre className={styles.code}>
        <code>{value}</code>
      </pre>
    </figure>
  );
}
