import { Check, ChevronDown } from "lucide-react";
import {
  Button,
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
} from "react-aria-components";
import type { Key } from "react-aria-components";
import field from "./field.module.css";
import styles from "./select.module.css";

type Option<T extends string> = { id: T; name: string; help?: string };

type SelectProps<T extends string> = {
  label: string;
  /** Spoken, not shown. */
  hideLabel?: boolean;
  options: Option<T>[];
  value: T;
  onChange: (value: T) => void;
  error?: string | undefined;
  isDisabled?: boolean;
  size?: "m" | "s";
};

/** One of a few. */
export function Select<T extends string>({
  label,
  hideLabel,
  options,
  value,
  onChange,
  error,
  isDisabled,
  size = "m",
}: SelectProps<T>) {
  return (
    <AriaSelect
      className={field.field}
      selectedKey={value}
      onSelectionChange={(key: Key | null) => key !== null && onChange(key as T)}
      isInvalid={error !== undefined}
      isDisabled={isDisabled}
      {...(hideLabel ? { "aria-label": label } : {})}
    >
      {!hideLabel && <Label className={field.label}>{label}</Label>}
      <Button className={`${styles.trigger} ${styles[size]}`}>
        <SelectValue className={styles.value}>{({ selectedText }) => selectedText}</SelectValue>
        <ChevronDown size={16} aria-hidden />
      </Button>
      <FieldError className={field.error}>{error}</FieldError>
      <Popover className={styles.popover} offset={4}>
        <ListBox className={styles.list}>
          {options.map((option) => (
            <ListBoxItem key={option.id} id={option.id} textValue={option.name} className={styles.option}>
              <span className={styles.name}>{option.name}</span>
              {option.help && <span className={styles.help}>{option.help}</span>}
              <Check size={16} className={styles.check} aria-hidden />
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
