import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Note } from "@/components/feedback/note";
import { i18n } from "@/lib/i18n/i18n";

/** Back from the platform's dialog without anything: it took too long, or another browser began it. */
export function ConnectionProblem({ code, onClose }: { code: string; onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  const key = `errors:code.${code}`;
  const text = i18n.exists(key) ? i18n.t(key as "errors:unknown") : t("found.failed");
  return (
    <Dialog title={t("found.failedTitle")} isOpen onClose={onClose}>
      <Note tone="bad" role="alert">
        {text}
      </Note>
      <FormFooter>
        <Button look="primary" onPress={onClose}>
          {t("common:action.close")}
        </Button>
      </FormFooter>
    </Dialog>
  );
}
