import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Button } from "@/components/button/button";
import { Note } from "@/components/feedback/note";
import { TextField } from "@/components/field/text-field";
import { Form } from "@/components/form/form";
import { acceptInvitation } from "@/features/auth/api/account";
import type { Invitation } from "@/lib/api/types";
import { useErrorText } from "@/lib/i18n/error-text";
import { signIn } from "@/lib/session/session";
import { NewPasswordFields } from "./new-password-fields";
import { checkPassword } from "./password-rules";

export function AcceptInvitationForm({ token, invitation }: { token: string; invitation: Invitation }) {
  const { t } = useTranslation("auth");
  const errorText = useErrorText();
  const navigate = useNavigate();
  const [name, setName] = useState(invitation.name);
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [checked, setChecked] = useState(false);
  const problem = checkPassword(password, repeated);
  const accept = useMutation({
    mutationFn: () => acceptInvitation(token, name.trim(), password),
    onSuccess: () => signIn(invitation.email, password).finally(() => void navigate("/", { replace: true })),
  });
  const submit = (): void => {
    setChecked(true);
    if (!problem && name.trim()) accept.mutate();
  };
  return (
    <Form onSubmit={submit}>
      {accept.error && (
        <Note tone="bad" role="alert">
          {errorText(accept.error)}
        </Note>
      )}
      <TextField
        label={t("name")}
        autoComplete="name"
        value={name}
        onChange={setName}
        error={checked && !name.trim() ? t("required") : undefined}
      />
      <NewPasswordFields
        password={password}
        repeated={repeated}
        onPassword={setPassword}
        onRepeated={setRepeated}
        problem={checked ? problem : null}
      />
      <Button type="submit" look="primary" wide isPending={accept.isPending}>
        {t("invitation.action")}
      </Button>
    </Form>
  );
}
