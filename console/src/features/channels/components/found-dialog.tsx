import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Failure } from "@/components/feedback/failure";
import { Note } from "@/components/feedback/note";
import { Skeleton } from "@/components/feedback/skeleton";
import { FormError } from "@/components/form/form-error";
import {
  type Connection,
  type ConnectResult,
  useConnectFound,
  useConnection,
} from "@/features/channels/api/connections";
import { ApiError } from "@/lib/api/errors";
import { errorText } from "@/lib/i18n/error-text";
import { FoundList } from "./found-list";
import styles from "./connect.module.css";

/** Back from the platform's dialog: which of the pages or numbers it handed over are to be connected. */
export function FoundDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  const { data, error, refetch } = useConnection(id);
  return (
    <Dialog title={t("found.title")} isOpen onClose={onClose}>
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      {(data?.state === "waiting" || (!data && !error)) && <Skeleton height="8rem" />}
      {data?.state === "failed" && (
        <Note tone="bad" role="alert">
          {problemText(data.failure_code, data.failure_detail)}
        </Note>
      )}
      {data?.state === "ready" && <Choice connection={data} onClose={onClose} />}
    </Dialog>
  );
}

function Choice({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  const accounts = connection.accounts ?? [];
  const [chosen, setChosen] = useState<string[]>(() =>
    accounts.filter(({ account_id: known }) => !known).map(({ provider_id: id }) => id),
  );
  const connect = useConnectFound(connection.id);
  const refused = connect.data?.results.filter(({ account }) => !account) ?? [];
  if (connect.data)
    return <Outcome refused={refused} done={connect.data.results.length - refused.length} onClose={onClose} />;
  if (accounts.length === 0) return <p>{t("found.none")}</p>;
  return (
    <>
      <p>{t("found.text")}</p>
      <FormError error={connect.error} />
      <FoundList accounts={accounts} chosen={chosen} onChange={setChosen} />
      <FormFooter>
        <Button onPress={onClose}>{t("common:action.cancel")}</Button>
        <Button
          look="primary"
          isPending={connect.isPending}
          isDisabled={chosen.length === 0}
          onPress={() => connect.mutate(chosen)}
        >
          {t("found.connect", { count: chosen.length })}
        </Button>
      </FormFooter>
    </>
  );
}

type OutcomeProps = { refused: ConnectResult[]; done: number; onClose: () => void };

function Outcome({ refused, done, onClose }: OutcomeProps) {
  const { t } = useTranslation("channels");
  return (
    <>
      {done > 0 && (
        <Note tone="good" role="status">
          {t("found.done", { count: done })}
        </Note>
      )}
      <ul className={styles.found}>
        {refused.map((each) => (
          <li key={each.provider_id} className={styles.bad}>
            {t("found.refused", { id: each.provider_id, why: problemText(each.failure_code, each.failure_detail) })}
          </li>
        ))}
      </ul>
      <FormFooter>
        <Button look="primary" onPress={onClose}>
          {t("connected.close")}
        </Button>
      </FormFooter>
    </>
  );
}

const problemText = (code: string | null | undefined, detail: string | null | undefined): string =>
  errorText(new ApiError(0, { code: code ?? "", detail: detail ?? "" }));
