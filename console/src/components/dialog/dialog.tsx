import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import styles from "./dialog.module.css";

type DialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** An alert dialog asks something that has to be answered: a click beside it does not close it. */
  role?: "dialog" | "alertdialog";
  /** "sheet" comes from the side. */
  shape?: "window" | "sheet" | "wide-sheet";
};

export function Dialog({ title, isOpen, onClose, children, role = "dialog", shape = "window" }: DialogProps) {
  const { t } = useTranslation();
  const form = shape === "window" ? styles.window : `${styles.sheet} ${shape === "wide-sheet" ? styles.wide : ""}`;
  return (
    <ModalOverlay
      className={`${styles.overlay} ${shape === "window" ? styles.windowOverlay : styles.sheetOverlay}`}
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === "dialog"}
    >
      <Modal className={`${styles.modal} ${form}`}>
        <AriaDialog role={role} className={styles.dialog}>
          <header className={styles.header}>
            <Heading slot="title" className={styles.title}>
              {title}
            </Heading>
            <IconButton hint={false} label={t("action.close")} onPress={onClose}>
              <X size={18} aria-hidden />
            </IconButton>
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
