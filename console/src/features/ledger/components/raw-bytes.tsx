import { useMemo, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { bytesOf, hexDump, prettyJson } from "@/features/ledger/api/raw-text";
import tabs from "@/features/inbox/components/status-tabs.module.css";
import styles from "./ledger.module.css";

/** An event as the platform sent it: as JSON to read, or byte by byte. */
export function RawBytes({ raw }: { raw: string }) {
  const { t } = useTranslation("ledger");
  const { json, hex } = useMemo(() => {
    const bytes = bytesOf(raw);
    return { json: prettyJson(bytes), hex: hexDump(bytes) };
  }, [raw]);
  const [look, setLook] = useState<"json" | "hex">("json");
  return (
    <>
      {json === null ? (
        <p className={styles.faint}>{t("detail.notJson")}</p>
      ) : (
        <ToggleButtonGroup
          aria-label={t("detail.raw")}
          className={tabs.tabs}
          disallowEmptySelection
          selectedKeys={[look]}
          onSelectionChange={(keys) => setLook([...keys][0] as "json" | "hex")}
        >
          {(["json", "hex"] as const).map((each) => (
            <ToggleButton key={each} id={each} className={tabs.tab}>
              {t(`detail.${each}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
      <pre
        className={styles.raw}
        data-look={json === null ? "hex" : look}
        tabIndex={0}
        role="region"
        aria-label={t("detail.raw")}
      >
        {json !== null && look === "json" ? json : hex}
      </pre>
    </>
  );
}
