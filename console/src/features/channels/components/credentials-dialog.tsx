import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Form } from "@/components/form/form";
import { FormError } from "@/components/form/form-error";
import { toast } from "@/components/toast/toasts";
import { useReconnect, useRotate } from "@/features/channels/api/account-actions";
import { areComplete, emptyCredentials, fieldNames, FORMS } from "@/features/channels/api/channel-forms";
import type { ChannelAccount } from "@/lib/api/types";
import { CredentialFields, words } from "./credential-fields";
import { DialogChoice } from "./dialog-choice";

type CredentialsDialogProps = { account: ChannelAccount; purpose: "rotate" | "reconnect"; onClose: () => void };

/** New credentials for an account that is known: because they end, or because it comes back. */
export function CredentialsDialog({ account, purpose, onClose }: CredentialsDialogProps) {
  const { t } = useTranslation(["channels", "common"]);
  const { id, channel, name } = account;
  const [credentials, setCredentials] = useState(() => ({
    ...emptyCredentials(channel),
    ...(account.human_agent && { human_agent: "approved" }),
  }));
  const ready = areComplete(channel, credentials);
  const done = (): void => {
    toast(t(`${purpose}.done`, { name }));
    onClose();
  };
  const rotate = useRotate(id, done);
  const reconnect = useReconnect(id, done);
  const mutation = purpose === "rotate" ? rotate : reconnect;
  return (
    <Dialog title={t(`${purpose}.title`, { name })} isOpen onClose={onClose}>
      <p>{words("help", purpose, channel)}</p>
      {FORMS[channel].dialog && <DialogChoice channel={channel} />}
      <Form onSubmit={() => ready && mutation.mutate(credentials)}>
        <FormError error={mutation.error} fields={fieldNames(channel)} />
        <CredentialFields channel={channel} value={credentials} onChange={setCredentials} error={mutation.error} />
        <FormFooter>
          <Button onPress={onClose}>{t("common:action.cancel")}</Button>
          <Button type="submit" look="primary" isPending={mutation.isPending} isDisabled={!ready}>
            {t(`${purpose}.submit`)}
          </Button>
        </FormFooter>
      </Form>
    </Dialog>
  );
}
