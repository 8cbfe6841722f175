import { Check } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Confirm } from "@/components/dialog/confirm";
import { Failure } from "@/components/feedback/failure";
import { Card } from "@/components/page/card";
import { toast } from "@/components/toast/toasts";
import { useAccountName } from "@/features/channels/api/use-accounts";
import { type DeletionRequest, useCompleteDeletion, useDeletions } from "@/features/ledger/api/use-deletions";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime } from "@/lib/time/format";
import styles from "./deletion-requests.module.css";

/** Requests of people, handed on by Meta, that their data be deleted; nothing at all while none is open. */
export function DeletionRequests() {
  const { t } = useTranslation("ledger");
  const { data, error, refetch, isFetching } = useDeletions();
  const [chosen, setChosen] = useState<DeletionRequest | null>(null);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} isRetrying={isFetching} />;
  const requests = data?.requests ?? [];
  return (
    <>
      {requests.length > 0 && (
        <Card title={t("deletion.title")} text={t("deletion.text")}>
          <ul className={styles.list} aria-label={t("deletion.title")}>
            {requests.map((request) => (
              <li key={request.confirmation_code} className={styles.request}>
                <Told request={request} />
                <Button size="s" icon={<Check size={15} aria-hidden />} onPress={() => setChosen(request)}>
                  {t("deletion.action")}
                </Button>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {chosen && <Complete request={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

function Told({ request }: { request: DeletionRequest }) {
  const { t } = useTranslation("ledger");
  const account = useAccountName(request.account_id);
  const received = t("deletion.received", { time: fullTime(request.received_at, currentLanguage()) });
  return (
    <div className={styles.told}>
      <span className={styles.user}>{t("deletion.user", { id: request.user_id })}</span>
      <span className={styles.faint}>{[account, received].filter(Boolean).join(" · ")}</span>
      <span className={styles.faint}>{t("deletion.code", { code: request.confirmation_code })}</span>
    </div>
  );
}

function Complete({ request, onClose }: { request: DeletionRequest; onClose: () => void }) {
  const { t } = useTranslation("ledger");
  const complete = useCompleteDeletion(() => {
    onClose();
    toast(t("deletion.done"));
  });
  return (
    <Confirm
      title={t("deletion.confirm.title")}
      action={t("deletion.action")}
      isOpen
      isPending={complete.isPending}
      error={complete.error}
      onConfirm={() => complete.mutate(request.confirmation_code)}
      onClose={onClose}
    >
      {t("deletion.confirm.text", { id: request.user_id })}
    </Confirm>
  );
}
