import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Failure } from "@/components/feedback/failure";
import { Note } from "@/components/feedback/note";
import { Skeleton } from "@/components/feedback/skeleton";
import { FormError } from "@/components/form/form-error";
import { type Connection, useConnection, useStartConnection } from "@/features/channels/api/connections";
import { codeText } from "@/lib/i18n/error-text";
import { FoundChoice } from "./found-choice";

/** Back from the platform's dialog: which of the pages or numbers it handed over are to be connected. */
export function FoundDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("channels");
  const { data, error, refetch } = useConnection(id);
  const failed = data?.state === "failed";
  return (
    <Dialog title={t(failed ? "found.failedTitle" : "found.title")} isOpen onClose={onClose}>
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      {(data?.state === "waiting" || (!data && !error)) && <Skeleton height="8rem" />}
      {failed && <Failed connection={data} onClose={onClose} />}
      {data?.state === "ready" && <FoundChoice connection={data} onClose={onClose} />}
    </Dialog>
  );
}

/** Why nothing came of it, and another try at the same platform. */
function Failed({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  const start = useStartConnection();
  const { channel, failure_code: code, failure_detail: detail } = connection;
  return (
    <>
      <Note tone="bad" role="alert">
        {codeText(code ?? "", detail ?? "")}
      </Note>
      <FormError error={start.error} />
      <FormFooter>
        <Button onPress={onClose}>{t("common:action.close")}</Button>
        <Button look="primary" isPending={start.isPending || start.isSuccess} onPress={() => start.mutate(channel)}>
          {t("found.again")}
        </Button>
      </FormFooter>
    </>
  );
}
