import { RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { CopyField } from "@/components/field/copy-field";
import { makeSecret } from "@/features/channels/api/channel-forms";
import styles from "./generated-field.module.css";

type GeneratedFieldProps = { label: string; help: string; value: string; onChange: (value: string) => void };

/** Made up here, to be taken to the other side; shown this once. */
export function GeneratedField({ label, help, value, onChange }: GeneratedFieldProps) {
  const { t } = useTranslation("channels");
  return (
    <div className={styles.field}>
      <div className={styles.line}>
        <CopyField label={label} value={value} />
        <IconButton label={t("generateAgain")} onPress={() => onChange(makeSecret())}>
          <RotateCw size={16} aria-hidden />
        </IconButton>
      </div>
      {help && <p className={styles.help}>{help}</p>}
    </div>
  );
}
