import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { FormFooter } from "@/components/dialog/form-footer";
import { Note } from "@/components/feedback/note";
import { FormError } from "@/components/form/form-error";
import {
  type Connection,
  type ConnectResult,
  type FoundAccount,
  useConnectFound,
} from "@/features/channels/api/connections";
import { codeText } from "@/lib/i18n/error-text";
import { FoundList } from "./found-list";

/** What was found, to be ticked; then what became of each. */
export function FoundChoice({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  const accounts = connection.accounts ?? [];
  const [chosen, setChosen] = useState<string[]>(() =>
    accounts.filter(({ account_id: known }) => !known).map(({ provider_id: id }) => id),
  );
  const connect = useConnectFound(connection.id);
  if (connect.data) return <Outcome accounts={accounts} results={connect.data.results} onClose={onClose} />;
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

type OutcomeProps = { accounts: FoundAccount[]; results: ConnectResult[]; onClose: () => void };

function Outcome({ accounts, results, onClose }: OutcomeProps) {
  const { t } = useTranslation("channels");
  const refused = results.filter(({ account }) => !account);
  const done = results.length - refused.length;
  const reason = ({ provider_id: id, failure_code: code, failure_detail: detail }: ConnectResult) => {
    const known = accounts.find((account) => account.provider_id === id);
    const why = codeText(code ?? "", detail ?? "", { context: known?.account_id ? "here" : undefined });
    return t("found.refused", { name: known?.name || id, why });
  };
  return (
    <>
      {done > 0 && (
        <Note tone="good" role="status">
          {t("found.done", { count: done })}
        </Note>
      )}
      {refused.map((result) => (
        <Note key={result.provider_id} tone="bad" role="alert">
          {reason(result)}
        </Note>
      ))}
      <FormFooter>
        <Button look="primary" onPress={onClose}>
          {t("connected.close")}
        </Button>
      </FormFooter>
    </>
  );
}
