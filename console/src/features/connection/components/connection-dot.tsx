import { useTranslation } from "react-i18next";
import { Focusable } from "react-aria-components";
import { Hint } from "@/components/hint/hint";
import { useConnection } from "./use-connection";
import styles from "./connection.module.css";

export function ConnectionDot() {
  const { t } = useTranslation();
  const { phase } = useConnection();
  return (
    <Hint text={t(`connection.${phase}`)} placement="right">
      <Focusable>
        <span className={styles.spot} role="img" tabIndex={0} aria-label={t(`connection.${phase}`)}>
          <span className={`${styles.dot} ${styles[phase]}`} />
        </span>
      </Focusable>
    </Hint>
  );
}
