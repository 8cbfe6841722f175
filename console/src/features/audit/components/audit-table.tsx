import { useTranslation } from "react-i18next";
import { Card } from "@/components/page/card";
import { actionText, detailText } from "@/features/audit/api/action-text";
import { useAccounts } from "@/features/channels/api/use-accounts";
import { useTeam } from "@/features/team/api/use-team";
import type { AuditEntry } from "@/lib/api/types";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime } from "@/lib/time/format";
import styles from "./audit-table.module.css";

/** A table where there is room, a list of cards on a phone: each cell then says what it is. */
export function AuditTable({ entries }: { entries: AuditEntry[] }) {
  const { t } = useTranslation("audit");
  const nameOf = useNames();
  return (
    <Card flush>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("column.time")}</th>
            <th scope="col">{t("column.actor")}</th>
            <th scope="col">{t("column.action")}</th>
            <th scope="col">{t("column.target")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td className={styles.time}>{fullTime(entry.occurred_at, currentLanguage())}</td>
              <td>{entry.actor_id ? nameOf(entry.actor_id) : t("operator")}</td>
              <td className={styles.action}>{actionText(entry.action, t)}</td>
              <td>
                {nameOf(entry.target)}
                <Details fields={entry.fields} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Details({ fields }: { fields: Record<string, string> }) {
  const { t } = useTranslation(["audit", "common"]);
  const shown = Object.entries(fields).filter(([, value]) => value !== "");
  if (shown.length === 0) return null;
  return <span className={styles.details}>{shown.map(([name, value]) => detailText(name, value, t)).join(" · ")}</span>;
}

/** Names of teammates and accounts by id; what is neither (a session) is not worth showing. */
function useNames(): (id: string) => string {
  const { data: team } = useTeam();
  const { data: accounts } = useAccounts();
  return (id) => {
    const teammate = team?.find((each) => each.id === id);
    return teammate?.name || teammate?.email || accounts?.find((account) => account.id === id)?.name || "";
  };
}
