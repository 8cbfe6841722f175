import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Form } from "@/components/form/form";
import { FormError } from "@/components/form/form-error";
import { toast } from "@/components/toast/toasts";
import { areComplete, CREDENTIAL_FIELDS, NO_CREDENTIALS, useRotate } from "@/features/channels/api/account-actions";
import type { ChannelAccount } from "@/lib/api/types";
import { CredentialFields } from "./credential-fields";

export function RotateDialog({ account, onClose }: { account: ChannelAccount; onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  const [credentials, setCredentials] = useState(NO_CREDENTIALS);
  const ready = areComplete(credentials);
  const rotate = useRotate(account.id, () => {
    toast(t("rotate.done"));
    onClose();
  });
  return (
    <Dialog title={t("rotate.title", { name: account.name })} isOpen onClose={onClose}>
      <p>{t("rotate.text")}</p>
      <Form onSubmit={() => ready && rotate.mutate(credentials)}>
        <FormError error={rotate.error} fields={CREDENTIAL_FIELDS} />
        <CredentialFields value={credentials} onChange={setCredentials} error={rotate.error} />
        <FormFooter>
          <Button onPress={onClose}>{t("common:action.cancel")}</Button>
          <Button type="submit" look="primary" isPending={rotate.isPending} isDisabled={!ready}>
            {t("rotate.submit")}
          </Button>
        </FormFooter>
      </Form>
    </Dialog>
  );
}
