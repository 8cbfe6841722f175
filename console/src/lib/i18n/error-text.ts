import { useTranslation } from "react-i18next";
import { ApiError, NetworkError } from "@/lib/api/errors";
import { i18n } from "@/lib/i18n/i18n";

/** What a code means, in the reader's language where we know it, else in the server's words. */
export function codeText(code: string, detail: string, options: Record<string, unknown> = {}): string {
  const key = `errors:code.${code}`;
  if (code && i18n.exists(key)) return i18n.t(key as "errors:unknown", options);
  return detail || i18n.t("errors:unknown");
}

/** What went wrong. */
export function errorText(error: unknown): string {
  if (error instanceof NetworkError) return i18n.t("errors:network");
  if (!(error instanceof ApiError)) return i18n.t("errors:unknown");
  return codeText(error.code, error.detail, { seconds: error.retryAfter, context: error.context });
}

/** errorText for components: shown anew when the language changes. */
export function useErrorText(): (error: unknown) => string {
  useTranslation("errors");
  return errorText;
}
