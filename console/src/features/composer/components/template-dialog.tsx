import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/components/dialog/dialog";
import { Failure } from "@/components/feedback/failure";
import { Skeleton } from "@/components/feedback/skeleton";
import { type Template, useTemplates } from "@/features/composer/api/templates";
import type { TemplateChoice } from "@/lib/api/types";
import { TemplateForm } from "./template-form";
import { TemplateList } from "./template-list";

type TemplateDialogProps = {
  accountId: string;
  onClose: () => void;
  /** text: what the customer will read. */
  onSend: (template: TemplateChoice, text: string) => void;
};

/** Rule 45: one of the account's approved templates, its variables filled in, seen as the customer will see it. */
export function TemplateDialog({ accountId, onClose, onSend }: TemplateDialogProps) {
  const { t } = useTranslation("composer");
  const { data, error, refetch, isFetching } = useTemplates(accountId);
  const [chosen, setChosen] = useState<Template | null>(null);
  return (
    <Dialog title={chosen ? chosen.name : t("template.title")} isOpen onClose={onClose}>
      {!data && !error && <Skeleton height="12rem" />}
      {!data && error && <Failure error={error} onRetry={() => void refetch()} isRetrying={isFetching} />}
      {data && !chosen && <TemplateList templates={data} onChoose={setChosen} />}
      {chosen && <TemplateForm template={chosen} onBack={() => setChosen(null)} onSend={onSend} />}
    </Dialog>
  );
}
