import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Note } from "@/components/feedback/note";
import type { useCheck } from "@/features/channels/api/account-actions";
import { useErrorText } from "@/lib/i18n/error-text";
import { stateReason } from "./state-reason";

/** What the platform said when it was asked. */
export function CheckResult({ check: { data, error, isPending } }: { check: ReturnType<typeof useCheck> }) {
  const { t } = useTranslation(["channels", "common"]);
  const errorText = useErrorText();
  if (isPending || (!data && !error)) return null;
  if (data?.ok) {
    return (
      <Note tone="good" role="status" icon={<CircleCheck size={17} aria-hidden />}>
        {t("check.ok", { name: data.display_name })}
      </Note>
    );
  }
  const why = error ? errorText(error) : stateReason(data?.failure_code ?? null, t);
  return (
    <Note tone="bad" role="alert" icon={<CircleAlert size={17} aria-hidden />}>
      {why} {data?.failure_detail && t("check.detail", { detail: data.failure_detail })}
    </Note>
  );
}
