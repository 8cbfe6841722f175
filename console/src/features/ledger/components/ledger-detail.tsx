import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { Failure } from "@/components/feedback/failure";
import { Note } from "@/components/feedback/note";
import { Skeleton } from "@/components/feedback/skeleton";
import { FormError } from "@/components/form/form-error";
import { type LedgerDetail, useLedgerEntry, useReplay } from "@/features/ledger/api/use-ledger";
import { kindText, reasonText } from "@/features/ledger/api/words";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime } from "@/lib/time/format";
import { RawBytes } from "./raw-bytes";
import { VerdictChip } from "./verdict-chip";
import styles from "./ledger.module.css";

/** One event with everything that is known of it, and another try at understanding it. */
export function LedgerDetailSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("ledger");
  const { data, error, refetch } = useLedgerEntry(id);
  return (
    <Dialog title={t("detail.title")} shape="wide-sheet" isOpen onClose={onClose}>
      {!data && (error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height="16rem" />)}
      {data && <Detail entry={data} />}
    </Dialog>
  );
}

function Detail({ entry }: { entry: LedgerDetail }) {
  const { t } = useTranslation("ledger");
  const { verdict, kind, reason, detail, raw, truncated, received_at: received, replayed_at: replayed } = entry;
  const replay = useReplay(entry.id);
  const language = currentLanguage();
  return (
    <>
      <div className={styles.head}>
        <VerdictChip verdict={verdict} />
        <strong>{kindText(kind) || t("noKind")}</strong>
        <span className={styles.faint}>{fullTime(received, language)}</span>
      </div>
      {reason && (
        <Note tone={verdict === "refused" ? "bad" : "warning"}>
          {t("detail.reason", { reason: reasonText(reason) })}
          {detail && <span className={styles.detail}>{detail}</span>}
        </Note>
      )}
      {replayed && <p className={styles.faint}>{t("replayedAt", { time: fullTime(replayed, language) })}</p>}
      {raw ? <RawBytes raw={raw} /> : <p className={styles.faint}>{t("detail.gone")}</p>}
      {truncated && <p className={styles.faint}>{t("detail.truncated")}</p>}
      <div className={styles.replay}>
        <p className={styles.faint}>{t(verdict === "refused" ? "replay.refused" : "replay.text")}</p>
        <FormError error={replay.error} />
        {replay.isSuccess && (
          <Note tone="good" role="status">
            {t("replay.done", { count: replay.data?.published ?? 0 })}
          </Note>
        )}
        <Button
          icon={<RotateCcw size={16} aria-hidden />}
          isPending={replay.isPending}
          isDisabled={!raw || truncated}
          onPress={() => replay.mutate()}
        >
          {t("replay.action")}
        </Button>
      </div>
    </>
  );
}
