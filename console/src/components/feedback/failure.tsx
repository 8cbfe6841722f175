import { CloudOff, RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { NetworkError } from "@/lib/api/errors";
import { useErrorText } from "@/lib/i18n/error-text";
import { Message } from "./message";

type FailureProps = { error: unknown; onRetry?: () => void; isRetrying?: boolean };

/** A page that could not be read: what the server said, and a way on. */
export function Failure({ error, onRetry, isRetrying = false }: FailureProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const title = error instanceof NetworkError ? t("failure.network") : t("failure.title");
  return (
    <Message
      role="alert"
      icon={<CloudOff size={24} aria-hidden />}
      title={title}
      text={errorText(error)}
      action={
        onRetry && (
          <Button onPress={onRetry} isPending={isRetrying} icon={<RotateCw size={16} aria-hidden />}>
            {t("action.retry")}
          </Button>
        )
      }
    />
  );
}
