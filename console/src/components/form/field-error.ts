import { ApiError } from "@/lib/api/errors";
import { errorText } from "@/lib/i18n/error-text";

/** What the server says about one field: in the reader's language when the whole problem is about it and known. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError) || !(field in error.fields)) return undefined;
  return Object.keys(error.fields).length === 1 ? errorText(error) : error.fields[field];
}
