import { useMutation } from "@tanstack/react-query";
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Button } from "@/components/button/button";
import { Note } from "@/components/feedback/note";
import { TextField } from "@/components/field/text-field";
import { Form } from "@/components/form/form";
import { requestReset } from "@/features/auth/api/account";
import { useErrorText } from "@/lib/i18n/error-text";
import { AuthLayout } from "./auth-layout";

export function ForgotPasswordPage() {
  const { t } = useTranslation("auth");
  const errorText = useErrorText();
  const [email, setEmail] = useState("");
  const request = useMutation({ mutationFn: requestReset });
  return (
    <AuthLayout title={t("forgot.title")} text={t("forgot.text")}>
      <Form onSubmit={() => email && request.mutate(email.trim())}>
        {request.isSuccess && (
          <Note tone="good" role="status" icon={<MailCheck size={18} aria-hidden />}>
            {t("forgot.sent", { email: request.variables })}
          </Note>
        )}
        {request.error && (
          <Note tone="bad" role="alert">
            {errorText(request.error)}
          </Note>
        )}
        <TextField
          label={t("email")}
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={setEmail}
        />
        <Button type="submit" look="primary" wide isPending={request.isPending} isDisabled={!email}>
          {request.isSuccess ? t("forgot.again") : t("forgot.action")}
        </Button>
        <Link to="/signin">{t("backToSignIn")}</Link>
      </Form>
    </AuthLayout>
  );
}
