import { useTranslation } from "react-i18next";
import { ApiError, NetworkError } from "@/lib/api/errors";
import { i18n } from "@/lib/i18n/i18n";

/** What went wrong, in the reader's language where we know the code, else in the server's words. */
export function errorText(error: unknown): string {
  if (error instanceof NetworkError) return i18n.t("errors:network");
  if (!(error instanceof ApiError)) return i18n.t("errors:unknown");
  const key = `errors:code.${error.code}`;
  if (error.code && i18n.exists(key))
    return i18n.t(key as "errors:unknown", { seconds: error.retryAfter, context: error.context });
  return error.detail || i18n.t("errors:unknown");
}

/** errorText for components: shown anew when the language changes. */
export function useErrorText(): (error: unknown) => string {
  useTranslation("errors");
  return errorText;
}
