import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Button } from "@/components/button/button";
import { Note } from "@/components/feedback/note";
import { PasswordField } from "@/components/field/password-field";
import { TextField } from "@/components/field/text-field";
import { Form } from "@/components/form/form";
import { ApiError } from "@/lib/api/errors";
import { useErrorText } from "@/lib/i18n/error-text";
import { sessionState, signIn } from "@/lib/session/session";
import { useStore } from "@/lib/store";
import { AuthLayout } from "./auth-layout";
import { useCountdown } from "./use-countdown";

export function SignInPage() {
  const { t } = useTranslation("auth");
  const state = useStore(sessionState);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [checked, setChecked] = useState(false);
  const { attempt, wait } = useSignIn();
  const missing = (value: string): string | undefined => (checked && !value ? t("required") : undefined);
  const submit = (): void => {
    setChecked(true);
    if (email && password && wait === 0) attempt.mutate({ email: email.trim(), password });
  };
  return (
    <AuthLayout title={t("signIn.title")} text={t("signIn.text")}>
      <Form onSubmit={submit}>
        {state.status === "signed-out" && state.expired && !attempt.error && (
          <Note tone="warning">{t("signIn.expired")}</Note>
        )}
        <SignInError error={attempt.error} wait={wait} />
        <TextField
          label={t("email")}
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={setEmail}
          error={missing(email)}
        />
        <PasswordField
          label={t("password")}
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={missing(password)}
        />
        <Button type="submit" look="primary" wide isPending={attempt.isPending} isDisabled={wait > 0}>
          {wait > 0 ? t("signIn.wait", { count: wait }) : t("signIn.action")}
        </Button>
        <Link to="/forgot-password">{t("signIn.forgot")}</Link>
      </Form>
    </AuthLayout>
  );
}

function useSignIn() {
  const [wait, startWait] = useCountdown();
  const attempt = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signIn(email, password),
    onError: (error) => error instanceof ApiError && error.status === 429 && startWait(error.retryAfter || 30),
  });
  return { attempt, wait };
}

function SignInError({ error, wait }: { error: Error | null; wait: number }) {
  const { t } = useTranslation("auth");
  const errorText = useErrorText();
  if (!error) return null;
  const throttled = error instanceof ApiError && error.status === 429;
  if (throttled && wait === 0) return null;
  const refused = error instanceof ApiError && error.status === 401;
  return (
    <Note tone="bad" role="alert">
      {throttled ? t("signIn.throttled") : refused ? t("signIn.refused") : errorText(error)}
    </Note>
  );
}
