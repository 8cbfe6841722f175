import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { TextField } from "@/components/field/text-field";
import { Form } from "@/components/form/form";
import { FormError } from "@/components/form/form-error";
import { fieldError } from "@/components/form/field-error";
import { areComplete, CREDENTIAL_FIELDS, NO_CREDENTIALS, useConnect } from "@/features/channels/api/account-actions";
import { ConnectedStep } from "./connected-step";
import { CredentialFields } from "./credential-fields";

/** LINE: four values out of its developer console, then the webhook address back into it. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  const [name, setName] = useState("");
  const [providerId, setProviderId] = useState("");
  const [credentials, setCredentials] = useState(NO_CREDENTIALS);
  const connect = useConnect();
  const ready = name.trim() !== "" && providerId.trim() !== "" && areComplete(credentials);
  const submit = (): void => {
    if (ready) connect.mutate({ channel: "line", name: name.trim(), provider_id: providerId.trim(), credentials });
  };
  if (connect.data) return <ConnectedStep account={connect.data} onClose={onClose} />;
  return (
    <Dialog title={t("connect.title")} isOpen onClose={onClose}>
      <p>{t("connect.text")}</p>
      <Form onSubmit={submit}>
        <FormError error={connect.error} fields={["name", "provider_id", ...CREDENTIAL_FIELDS]} />
        <TextField
          label={t("field.name")}
          help={t("field.nameHelp")}
          autoFocus
          value={name}
          onChange={setName}
          error={fieldError(connect.error, "name")}
        />
        <TextField
          label={t("field.providerId")}
          help={t("field.providerIdHelp")}
          value={providerId}
          onChange={setProviderId}
          error={fieldError(connect.error, "provider_id")}
        />
        <CredentialFields value={credentials} onChange={setCredentials} error={connect.error} />
        <FormFooter>
          <Button onPress={onClose}>{t("common:action.cancel")}</Button>
          <Button type="submit" look="primary" isPending={connect.isPending} isDisabled={!ready}>
            {t("connect.submit")}
          </Button>
        </FormFooter>
      </Form>
    </Dialog>
  );
}
