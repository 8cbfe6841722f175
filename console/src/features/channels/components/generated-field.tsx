import { RotateCw } from "lucide-react";
import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { CopyField } from "@/components/field/copy-field";
import { TextField } from "@/components/field/text-field";
import styles from "./generated-field.module.css";

type GeneratedFieldProps = { label: string; help: string; value: string; onAgain: () => void };

/** Made up here, to be taken to the other side; shown this once. */
export function GeneratedField({ label, help, value, onAgain }: GeneratedFieldProps) {
  return (
    <div className={styles.field}>
      <div className={styles.line}>
        <CopyField label={label} value={value} />
        <Again onPress={onAgain} />
      </div>
      {help && <p className={styles.help}>{help}</p>}
    </div>
  );
}

/** The same where the other side may have made one itself: it can be overwritten. */
export function ReplaceableField({ onAgain, ...rest }: ComponentProps<typeof TextField> & { onAgain: () => void }) {
  return <TextField {...rest} spellCheck="false" end={<Again onPress={onAgain} />} />;
}

function Again({ onPress }: { onPress: () => void }) {
  const { t } = useTranslation("channels");
  return (
    <IconButton label={t("generateAgain")} onPress={onPress}>
      <RotateCw size={16} aria-hidden />
    </IconButton>
  );
}
