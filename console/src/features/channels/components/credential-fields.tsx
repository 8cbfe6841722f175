import { useTranslation } from "react-i18next";
import { PasswordField } from "@/components/field/password-field";
import { fieldError } from "@/components/form/field-error";
import type { Credentials } from "@/features/channels/api/account-actions";

type CredentialFieldsProps = { value: Credentials; onChange: (value: Credentials) => void; error: unknown };

/** What LINE asks for. They go to the server and never come back. */
export function CredentialFields({ value, onChange, error }: CredentialFieldsProps) {
  const { t } = useTranslation("channels");
  return (
    <>
      <PasswordField
        label={t("field.channelSecret")}
        help={t("field.channelSecretHelp")}
        autoComplete="off"
        value={value.channel_secret}
        onChange={(secret) => onChange({ ...value, channel_secret: secret })}
        error={fieldError(error, "credentials.channel_secret")}
      />
      <PasswordField
        label={t("field.accessToken")}
        help={t("field.accessTokenHelp")}
        autoComplete="off"
        value={value.access_token}
        onChange={(token) => onChange({ ...value, access_token: token })}
        error={fieldError(error, "credentials.access_token")}
      />
    </>
  );
}
