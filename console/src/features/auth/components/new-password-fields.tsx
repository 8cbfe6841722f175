import { useTranslation } from "react-i18next";
import { PasswordField } from "@/components/field/password-field";
import { type PasswordProblem, SHORTEST_PASSWORD } from "./password-rules";

type NewPasswordFieldsProps = {
  password: string;
  repeated: string;
  onPassword: (value: string) => void;
  onRepeated: (value: string) => void;
  problem: PasswordProblem | null;
};

export function NewPasswordFields({ password, repeated, onPassword, onRepeated, problem }: NewPasswordFieldsProps) {
  const { t } = useTranslation("auth");
  const help = t("passwordHelp", { count: SHORTEST_PASSWORD });
  return (
    <>
      <PasswordField
        label={t("newPassword")}
        autoComplete="new-password"
        value={password}
        onChange={onPassword}
        help={help}
        error={problem === "tooShort" ? help : undefined}
      />
      <PasswordField
        label={t("repeatPassword")}
        autoComplete="new-password"
        value={repeated}
        onChange={onRepeated}
        error={problem === "different" ? t("passwordsDiffer") : undefined}
      />
    </>
  );
}
