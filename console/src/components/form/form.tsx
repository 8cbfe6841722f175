import { type FormEvent, type ReactNode, useRef } from "react";
import styles from "./form.module.css";

type FormProps = { onSubmit: () => void; children: ReactNode };

/** A form whose fields check themselves; an error leaves the focus where the mistake is. */
export function Form({ onSubmit, children }: FormProps) {
  const ref = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
    queueMicrotask(() => ref.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  return (
    <form ref={ref} className={styles.form} onSubmit={submit} noValidate>
      {children}
    </form>
  );
}
