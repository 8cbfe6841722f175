import { LayoutTemplate } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Note } from "@/components/feedback/note";

/** After the window: why nothing can be written, and what can be sent instead. */
export function TemplateOnly({ onChoose }: { onChoose: () => void }) {
  const { t } = useTranslation("composer");
  return (
    <Note
      tone="warning"
      role="status"
      icon={<LayoutTemplate size={17} aria-hidden />}
      action={
        <Button size="s" look="primary" onPress={onChoose}>
          {t("template.choose")}
        </Button>
      }
    >
      {t("template.only")}
    </Note>
  );
}
