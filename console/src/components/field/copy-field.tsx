import { useId } from "react";
import { CopyButton } from "./copy-button";
import styles from "./copy-field.module.css";

/** Something to be pasted elsewhere. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.box}>
        <input id={id} className={styles.value} readOnly value={value} onFocus={(event) => event.target.select()} />
        <CopyButton value={value} label={label} />
      </div>
    </div>
  );
}
