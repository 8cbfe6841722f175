import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { FormFooter } from "@/components/dialog/form-footer";
import { TextField } from "@/components/field/text-field";
import { Form } from "@/components/form/form";
import { FormError } from "@/components/form/form-error";
import { fieldError } from "@/components/form/field-error";
import { useConnect } from "@/features/channels/api/account-actions";
import {
  areComplete,
  type Credentials,
  emptyCredentials,
  fieldNames,
  FORMS,
} from "@/features/channels/api/channel-forms";
import type { Channel, ChannelAccount } from "@/lib/api/types";
import { CredentialFields, words } from "./credential-fields";
import { DialogChoice } from "./dialog-choice";

type ConnectFormProps = {
  channel: Channel;
  onBack: () => void;
  onConnected: (account: ChannelAccount, credentials: Credentials) => void;
};

export function ConnectForm({ channel, onBack, onConnected }: ConnectFormProps) {
  const { t } = useTranslation(["channels", "common"]);
  const [name, setName] = useState("");
  const [providerId, setProviderId] = useState("");
  const [credentials, setCredentials] = useState(() => emptyCredentials(channel));
  const connect = useConnect();
  const form = FORMS[channel];
  const named = name.trim() !== "" && (!form.platform || providerId.trim() !== "");
  const ready = named && areComplete(channel, credentials);
  const submit = (): void => {
    if (!ready) return;
    connect.mutate(
      { channel, name: name.trim(), provider_id: providerId.trim(), credentials },
      { onSuccess: (account) => onConnected(account, credentials) },
    );
  };
  return (
    <>
      {form.dialog && <DialogChoice channel={channel} />}
      <p>{words("help", "form", channel)}</p>
      <Form onSubmit={submit}>
        <FormError error={connect.error} fields={["name", "provider_id", ...fieldNames(channel)]} />
        <TextField
          label={t("field.name")}
          help={words("help", "name", channel)}
          autoFocus={!form.dialog}
          value={name}
          onChange={setName}
          error={fieldError(connect.error, "name")}
        />
        {form.platform && (
          <TextField
            label={words("field", "provider_id", channel)}
            help={words("help", "provider_id", channel)}
            value={providerId}
            onChange={setProviderId}
            error={fieldError(connect.error, "provider_id")}
          />
        )}
        <CredentialFields channel={channel} value={credentials} onChange={setCredentials} error={connect.error} />
        <FormFooter>
          <Button onPress={onBack}>{t("common:action.back")}</Button>
          <Button type="submit" look="primary" isPending={connect.isPending} isDisabled={!ready}>
            {t("connect.submit")}
          </Button>
        </FormFooter>
      </Form>
    </>
  );
}
