import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { useStore } from "@/lib/store";
import { dismissToast, toasts } from "./toasts";
import styles from "./toast.module.css";

export function ToastRegion() {
  const { t } = useTranslation();
  const shown = useStore(toasts);
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {shown.map(({ id, text, tone }) => (
        <div key={id} className={`${styles.toast} ${styles[tone]}`}>
          {tone === "good" ? <CircleCheck size={18} aria-hidden /> : <CircleAlert size={18} aria-hidden />}
          <span className={styles.text}>{text}</span>
          <IconButton hint={false} label={t("action.close")} onPress={() => dismissToast(id)}>
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
