import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Note } from "@/components/feedback/note";
import { FormError } from "@/components/form/form-error";
import { useAccountName } from "@/features/channels/api/use-accounts";
import type { LedgerFilter } from "@/features/ledger/api/use-ledger";
import { type Progress, useReplayAll } from "@/features/ledger/api/use-replay-all";
import { codeText } from "@/lib/i18n/error-text";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime } from "@/lib/time/format";
import styles from "./ledger.module.css";

const MOST_NAMED = 5;

/** Everything the list would show, understood again; only where somebody chose what that is. */
export function ReplayAll({ filter }: { filter: LedgerFilter }) {
  const { t } = useTranslation("ledger");
  const [isOpen, setOpen] = useState(false);
  const isChosen = filter.accountId !== "" || filter.verdict !== "";
  // What came again was understood the first time.
  if (!isChosen || filter.verdict === "duplicate") return null;
  return (
    <div>
      <Button size="s" icon={<RotateCcw size={15} aria-hidden />} onPress={() => setOpen(true)}>
        {t("replayAll.open")}
      </Button>
      {isOpen && <ReplayAllDialog filter={filter} onClose={() => setOpen(false)} />}
    </div>
  );
}

function ReplayAllDialog({ filter, onClose }: { filter: LedgerFilter; onClose: () => void }) {
  const { t } = useTranslation(["ledger", "common"]);
  const replay = useReplayAll(filter);
  const isDone = replay.data?.isDone === true;
  const hasBegun = !replay.isIdle;
  return (
    <Dialog title={t("replayAll.title")} isOpen onClose={onClose}>
      <div className={styles.replay}>
        <Wanted filter={filter} />
        {hasBegun && <Reached progress={replay.progress} isDone={isDone} />}
        <FormError error={replay.error} />
      </div>
      <FormFooter>
        {replay.isPending ? (
          <Button onPress={replay.stop}>{t("replayAll.stop")}</Button>
        ) : (
          <Button onPress={onClose}>{t("common:action.close")}</Button>
        )}
        {!isDone && (
          <Button look="primary" isPending={replay.isPending} onPress={() => replay.mutate()}>
            {t(hasBegun ? "replayAll.goOn" : "replay.action")}
          </Button>
        )}
      </FormFooter>
    </Dialog>
  );
}

function Wanted({ filter: { accountId, verdict } }: { filter: LedgerFilter }) {
  const { t } = useTranslation("ledger");
  const account = useAccountName(accountId);
  const what = [accountId ? account : t("allAccounts"), verdict ? t(`verdict.${verdict}`) : t("allVerdicts")];
  return (
    <>
      <strong>{what.join(" · ")}</strong>
      <p>{t("replayAll.text")}</p>
      {verdict === "refused" && <p>{t("replay.refused")}</p>}
    </>
  );
}

function Reached({ progress: { entries, failed, reached }, isDone }: { progress: Progress; isDone: boolean }) {
  const { t } = useTranslation("ledger");
  const until = reached && t("replayAll.reached", { time: fullTime(reached, currentLanguage()) });
  return (
    <Note tone={isDone ? (failed.length > 0 ? "warning" : "good") : "info"} role="status">
      {[t("replayAll.replayed", { count: entries }), until].filter(Boolean).join(" · ")}
      {failed.length > 0 && (
        <>
          <br />
          {t("replayAll.failed", { count: failed.length })}
          {failed.slice(0, MOST_NAMED).map(({ entry_id: id, code, message }) => (
            <span key={id} className={styles.detail}>
              {codeText(code, message)}
            </span>
          ))}
        </>
      )}
    </Note>
  );
}
