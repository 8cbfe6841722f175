import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Note } from "@/components/feedback/note";
import { useErrorText } from "@/lib/i18n/error-text";
import { Dialog } from "./dialog";
import { FormFooter } from "./form-footer";
import styles from "./confirm.module.css";

type ConfirmProps = {
  title: string;
  children: ReactNode;
  /** Names the deed: "Disconnect", not "OK". */
  action: string;
  danger?: boolean;
  isOpen: boolean;
  isPending?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks before something that cannot simply be undone, and says what it does. */
export function Confirm({
  title,
  children,
  action,
  danger = false,
  isOpen,
  isPending = false,
  error,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Dialog role="alertdialog" title={title} isOpen={isOpen} onClose={onClose}>
      <div className={styles.text}>{children}</div>
      {error != null && (
        <Note tone="bad" role="alert">
          {errorText(error)}
        </Note>
      )}
      <FormFooter>
        <Button onPress={onClose} autoFocus>
          {t("action.cancel")}
        </Button>
        <Button look={danger ? "danger" : "primary"} onPress={onConfirm} isPending={isPending}>
          {action}
        </Button>
      </FormFooter>
    </Dialog>
  );
}
