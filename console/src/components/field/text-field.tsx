import type { ReactNode } from "react";
import {
  FieldError,
  Input,
  Label,
  Text,
  TextField as AriaTextField,
  type TextFieldProps as AriaProps,
} from "react-aria-components";
import styles from "./field.module.css";

type TextFieldProps = Omit<AriaProps, "className" | "children"> & {
  label: string;
  help?: string;
  error?: string | undefined;
  placeholder?: string;
  /** Stands inside the field, at its end. */
  end?: ReactNode;
};

/** One line of input with its label, its help and what is wrong with it. */
export function TextField({ label, help, error, placeholder, end, ...rest }: TextFieldProps) {
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} validationBehavior="aria" className={styles.field}>
      <Label className={styles.label}>{label}</Label>
      <div className={styles.box}>
        <Input className={styles.input} placeholder={placeholder} />
        {end}
      </div>
      {help && !error && (
        <Text slot="description" className={styles.help}>
          {help}
        </Text>
      )}
      <FieldError className={styles.error}>{error}</FieldError>
    </AriaTextField>
  );
}
