import { Note } from "@/components/feedback/note";
import { ApiError } from "@/lib/api/errors";
import { useErrorText } from "@/lib/i18n/error-text";

type FormErrorProps = { error: unknown; /** Fields that show their own errors. */ fields?: string[] };

/** What went wrong with the form as a whole. */
export function FormError({ error, fields = [] }: FormErrorProps) {
  const errorText = useErrorText();
  if (error == null) return null;
  const named = error instanceof ApiError ? Object.keys(error.fields) : [];
  if (named.length > 0 && named.every((field) => fields.includes(field))) return null;
  return (
    <Note tone="bad" role="alert">
      {errorText(error)}
    </Note>
  );
}
