import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Button } from "@/components/button/button";
import { Note } from "@/components/feedback/note";
import { Form } from "@/components/form/form";
import { toast } from "@/components/toast/toasts";
import { completeReset } from "@/features/auth/api/account";
import { useErrorText } from "@/lib/i18n/error-text";
import { AuthLayout } from "./auth-layout";
import { useLinkToken } from "./link-token";
import { NewPasswordFields } from "./new-password-fields";
import { checkPassword } from "./password-rules";

export function ResetPasswordPage() {
  const { t } = useTranslation("auth");
  const errorText = useErrorText();
  const token = useLinkToken();
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [checked, setChecked] = useState(false);
  const problem = checkPassword(password, repeated);
  const reset = useMutation({
    mutationFn: () => completeReset(token, password),
    onSuccess: () => {
      toast(t("reset.done"));
      void navigate("/signin", { replace: true });
    },
  });
  const submit = (): void => {
    setChecked(true);
    if (!problem) reset.mutate();
  };
  return (
    <AuthLayout title={t("reset.title")} text={t("reset.text")}>
      <Form onSubmit={submit}>
        {reset.error && (
          <Note tone="bad" role="alert">
            {errorText(reset.error)}
          </Note>
        )}
        <NewPasswordFields
          password={password}
          repeated={repeated}
          onPassword={setPassword}
          onRepeated={setRepeated}
          problem={checked ? problem : null}
        />
        <Button type="submit" look="primary" wide isPending={reset.isPending}>
          {t("reset.action")}
        </Button>
        <Link to={reset.error ? "/forgot-password" : "/signin"}>
          {reset.error ? t("reset.newLink") : t("backToSignIn")}
        </Link>
      </Form>
    </AuthLayout>
  );
}
