import { Check, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import type { useRecorder } from "@/features/composer/api/use-recorder";
import { durationText } from "@/lib/size-text";
import styles from "./extras.module.css";

/** In the writer's place while somebody speaks. */
export function RecorderBar({ recorder }: { recorder: ReturnType<typeof useRecorder> }) {
  const { t } = useTranslation(["composer", "common"]);
  const { state, elapsed, finish, cancel } = recorder;
  return (
    <div className={styles.recorder} role="group" aria-label={t("recorder.label")}>
      <span className={styles.red} aria-hidden="true" />
      <span className={styles.elapsed} role="timer">
        {state === "asking" ? t("recorder.asking") : durationText(elapsed)}
      </span>
      <Button size="s" icon={<X size={15} aria-hidden />} onPress={cancel}>
        {t("common:action.cancel")}
      </Button>
      <Button
        size="s"
        look="primary"
        autoFocus
        icon={<Check size={15} aria-hidden />}
        isDisabled={state !== "recording"}
        onPress={finish}
      >
        {t("recorder.finish")}
      </Button>
    </div>
  );
}
