import { useTranslation } from "react-i18next";
import { Select } from "@/components/field/select";
import { useAccounts } from "@/features/channels/api/use-accounts";
import { type LedgerFilter, VERDICTS } from "@/features/ledger/api/use-ledger";
import styles from "./ledger.module.css";

type LedgerFiltersProps = { filter: LedgerFilter; onChange: (filter: LedgerFilter) => void };

export function LedgerFilters({ filter, onChange }: LedgerFiltersProps) {
  const { t } = useTranslation(["ledger", "common"]);
  const { data: accounts = [] } = useAccounts();
  const options = accounts.map(({ id, name, channel }) => ({ id, name, help: t(`common:channel.${channel}`) }));
  return (
    <div className={styles.filters}>
      <Select
        label={t("account")}
        options={[{ id: "", name: t("allAccounts") }, ...options]}
        value={filter.accountId}
        onChange={(accountId) => onChange({ ...filter, accountId })}
      />
      <Select
        label={t("verdictLabel")}
        options={[
          { id: "" as const, name: t("allVerdicts") },
          ...VERDICTS.map((id) => ({ id, name: t(`verdict.${id}`) })),
        ]}
        value={filter.verdict}
        onChange={(verdict) => onChange({ ...filter, verdict })}
      />
    </div>
  );
}
