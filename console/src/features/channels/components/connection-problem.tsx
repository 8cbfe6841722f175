import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Note } from "@/components/feedback/note";
import { codeText } from "@/lib/i18n/error-text";

/** Back from the platform's dialog without anything: it took too long, or another browser began it. */
export function ConnectionProblem({ code, onClose }: { code: string; onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  return (
    <Dialog title={t("found.failedTitle")} isOpen onClose={onClose}>
      <Note tone="bad" role="alert">
        {codeText(code, t("found.failed"))}
      </Note>
      <FormFooter>
        <Button look="primary" onPress={onClose}>
          {t("common:action.close")}
        </Button>
      </FormFooter>
    </Dialog>
  );
}
