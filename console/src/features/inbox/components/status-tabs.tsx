import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Status } from "@/lib/api/types";
import { STATUSES } from "@/features/inbox/api/filter";
import styles from "./status-tabs.module.css";

type StatusTabsProps = { status: Status; onChange: (status: Status) => void };

/** Rule 21: open, processing, closed. */
export function StatusTabs({ status, onChange }: StatusTabsProps) {
  const { t } = useTranslation("inbox");
  return (
    <ToggleButtonGroup
      aria-label={t("statusLabel")}
      className={styles.tabs}
      disallowEmptySelection
      selectedKeys={[status]}
      onSelectionChange={(keys) => onChange([...keys][0] as Status)}
    >
      {STATUSES.map((each) => (
        <ToggleButton key={each} id={each} className={styles.tab}>
          {t(`status.${each}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
