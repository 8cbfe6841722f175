import { useTranslation } from "react-i18next";
import { PasswordField } from "@/components/field/password-field";
import { Select } from "@/components/field/select";
import { TextField } from "@/components/field/text-field";
import { fieldError } from "@/components/form/field-error";
import { type CredentialField, type Credentials, FORMS, make } from "@/features/channels/api/channel-forms";
import type { Channel } from "@/lib/api/types";
import { i18n } from "@/lib/i18n/i18n";
import { GeneratedField, ReplaceableField } from "./generated-field";
import styles from "./connect.module.css";

type CredentialFieldsProps = {
  channel: Channel;
  value: Credentials;
  onChange: (value: Credentials) => void;
  error: unknown;
};

/** What a channel asks for. It goes to the server and never comes back. */
export function CredentialFields(props: CredentialFieldsProps) {
  const { t } = useTranslation("channels");
  const { channel, value, onChange } = props;
  const { fields } = FORMS[channel];
  const own = fields.filter(({ ownApp }) => ownApp);
  // A token sent for an app of the shop's own means that there is one: where somebody only looked, it goes again.
  const open = (isOpen: boolean): void => {
    const made = own.filter((field) => field.made);
    const given = own.some(({ name, made: here }) => !here && value[name]);
    if (isOpen)
      onChange({
        ...value,
        ...Object.fromEntries(made.map((field) => [field.name, value[field.name] || make(field)])),
      });
    else if (!given) onChange({ ...value, ...Object.fromEntries(made.map(({ name }) => [name, ""])) });
  };
  return (
    <>
      {fields
        .filter(({ ownApp }) => !ownApp)
        .map((field) => (
          <OneField key={field.name} field={field} {...props} />
        ))}
      {own.length > 0 && (
        <details className={styles.ownApp} onToggle={(event) => open(event.currentTarget.open)}>
          <summary className={styles.summary}>{t("ownApp")}</summary>
          <div className={styles.ownApp}>
            {own.map((field) => (
              <OneField key={field.name} field={field} {...props} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

type OneFieldProps = CredentialFieldsProps & { field: CredentialField };

function OneField({ field, channel, value, onChange, error }: OneFieldProps) {
  const { name, secret, choices, made, optional } = field;
  const { t } = useTranslation("channels");
  const shown = value[name] ?? "";
  const change = (text: string): void => onChange({ ...value, [name]: text });
  const label = words("field", name, channel);
  const help = words("help", name, channel);
  const problem = fieldError(error, `credentials.${name}`);
  if (choices) {
    const options = choices.map((id) => ({ id, name: words("choice", `${name}_${id}`, channel) }));
    const all = optional ? [{ id: "", name: words("choice", `${name}_none`, channel) }, ...options] : options;
    return <Select label={label} options={all} value={shown} onChange={change} error={problem} />;
  }
  if (made === "here")
    return <GeneratedField label={label} help={help} value={shown} onAgain={() => change(make(field))} />;
  const shared = { label, help, value: shown, onChange: change, error: problem, autoComplete: "off" };
  if (made === "replaceable") return <ReplaceableField {...shared} onAgain={() => change(make(field))} />;
  if (!secret) return <TextField {...shared} {...(optional && { placeholder: t("optional") })} />;
  return <PasswordField {...shared} />;
}

/** A channel's own words for a field, where it has some, else everybody's. */
export function words(kind: "field" | "help" | "choice", name: string, channel: Channel): string {
  const own = `channels:${kind}.${channel}_${name}`;
  const shared = `channels:${kind}.${name}`;
  const key = [own, shared].find((each) => i18n.exists(each));
  return key ? i18n.t(key as "channels:title") : "";
}
