import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { TABS } from "@/features/inbox/api/filter";
import type { InboxFilter } from "@/lib/live/conversations";
import styles from "./inbox-tabs.module.css";

type InboxTabsProps = { tab: InboxFilter["tab"]; onChange: (tab: InboxFilter["tab"]) => void };

/** Rule 1: the shop's messages, and those about orders. */
export function InboxTabs({ tab, onChange }: InboxTabsProps) {
  const { t } = useTranslation("inbox");
  return (
    <ToggleButtonGroup
      aria-label={t("tabLabel")}
      className={styles.tabs}
      disallowEmptySelection
      selectedKeys={[tab]}
      onSelectionChange={(keys) => onChange([...keys][0] as InboxFilter["tab"])}
    >
      {TABS.map((each) => (
        <ToggleButton key={each} id={each} className={styles.tab}>
          {t(`tab.${each}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
