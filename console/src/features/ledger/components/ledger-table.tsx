import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ChannelIcon } from "@/components/channel/channel-icon";
import { Card } from "@/components/page/card";
import { useAccounts } from "@/features/channels/api/use-accounts";
import type { LedgerEntry } from "@/features/ledger/api/use-ledger";
import { kindText, reasonText } from "@/features/ledger/api/words";
import { currentLanguage } from "@/lib/i18n/i18n";
import { sizeText } from "@/lib/size-text";
import { fullTime } from "@/lib/time/format";
import { VerdictChip } from "./verdict-chip";
import styles from "./ledger.module.css";

type LedgerTableProps = { entries: LedgerEntry[]; onOpen: (id: string) => void };

/** What came, newest first; each opens with its bytes. */
export function LedgerTable({ entries, onOpen }: LedgerTableProps) {
  const { t } = useTranslation("ledger");
  return (
    <Card flush>
      <ul className={styles.list} aria-label={t("title")}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <Entry entry={entry} onOpen={() => onOpen(entry.id)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Entry({ entry, onOpen }: { entry: LedgerEntry; onOpen: () => void }) {
  const { t } = useTranslation("ledger");
  const { data: accounts } = useAccounts();
  const { account_id: accountId, channel, kind, reason, received_at: received, size_bytes: size } = entry;
  const account = accounts?.find(({ id }) => id === accountId)?.name ?? accountId;
  return (
    <button type="button" className={styles.entry} onClick={onOpen}>
      {channel && <ChannelIcon channel={channel} size={24} />}
      <span className={styles.what}>
        <span className={styles.kind}>{kindText(kind) || t("noKind")}</span>
        <span className={styles.faint}>
          {[account || t("noAccount"), reasonText(reason)].filter(Boolean).join(" · ")}
        </span>
      </span>
      <span className={styles.when}>
        <VerdictChip verdict={entry.verdict} />
        <span className={styles.faint}>
          {fullTime(received, currentLanguage())} · {sizeText(size)}
        </span>
      </span>
      <ChevronRight size={18} aria-hidden />
    </button>
  );
}
