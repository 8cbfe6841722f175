import { Search, X } from "lucide-react";
import { Button, Input, SearchField as AriaSearchField } from "react-aria-components";
import styles from "./search-field.module.css";

type SearchFieldProps = { label: string; value: string; onChange: (value: string) => void };

export function SearchField({ label, value, onChange }: SearchFieldProps) {
  return (
    <AriaSearchField aria-label={label} value={value} onChange={onChange} className={styles.field}>
      <Search size={16} aria-hidden />
      <Input className={styles.input} placeholder={label} />
      <Button className={styles.clear}>
        <X size={14} aria-hidden />
      </Button>
    </AriaSearchField>
  );
}
