import { Check, Copy } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { copyText } from "@/lib/copy-text";
import styles from "./copy-field.module.css";

const SHOWN_MS = 2_000;

/** Something to be pasted elsewhere. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation();
  const id = useId();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const Icon = copied ? Check : Copy;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.box}>
        <input id={id} className={styles.value} readOnly value={value} onFocus={(event) => event.target.select()} />
        <Button size="s" icon={<Icon size={15} aria-hidden />} onPress={() => void copy()}>
          {copied ? t("action.copied") : t("action.copy")}
        </Button>
      </div>
    </div>
  );
}
