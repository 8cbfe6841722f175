import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import type { Attachment } from "@/lib/api/types";
import { fileAddress } from "@/lib/web-address";
import styles from "./lightbox.module.css";

type LightboxProps = { pictures: Attachment[]; startId: string; onClose: () => void };

/** A picture as large as the window; arrow keys and buttons lead to the thread's other ones. */
export function Lightbox({ pictures, startId, onClose }: LightboxProps) {
  const { t } = useTranslation(["thread", "common"]);
  const [id, setId] = useState(startId);
  const index = pictures.findIndex((each) => each.id === id);
  const shown = pictures[index];
  const url = fileAddress(shown?.url);
  if (!shown || !url) return null;
  const go = (step: number): void => setId(pictures[index + step]?.id ?? id);
  const onKey = ({ key }: KeyboardEvent): void => {
    if (key === "ArrowLeft") go(-1);
    if (key === "ArrowRight") go(1);
  };
  const name = shown.file_name || t("common:messageType.image");
  return (
    <ModalOverlay className={styles.overlay} isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className={styles.modal}>
        <Dialog aria-label={t("picture.large", { name })} className={styles.dialog}>
          <div className={styles.frame} role="presentation" onKeyDown={onKey}>
            <div className={styles.bar}>
              <span className={styles.place}>{t("picture.place", { index: index + 1, total: pictures.length })}</span>
              <a className={styles.action} href={url} download={shown.file_name || true}>
                <Download size={20} aria-hidden />
                <span className="visually-hidden">{t("download", { name })}</span>
              </a>
              <IconButton hint={false} look="rail" label={t("common:action.close")} onPress={onClose}>
                <X size={22} aria-hidden />
              </IconButton>
            </div>
            <div className={styles.stage}>
              <Turn side="previous" isDisabled={index <= 0} onPress={() => go(-1)} />
              <img key={shown.id} className={styles.picture} src={url} alt={name} />
              <Turn side="next" isDisabled={index >= pictures.length - 1} onPress={() => go(1)} />
            </div>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

type TurnProps = { side: "previous" | "next"; isDisabled: boolean; onPress: () => void };

function Turn({ side, isDisabled, onPress }: TurnProps) {
  const { t } = useTranslation("thread");
  const Icon = side === "next" ? ChevronRight : ChevronLeft;
  return (
    <IconButton
      hint={false}
      look="rail"
      label={t(`picture.${side}`)}
      isDisabled={isDisabled}
      autoFocus={side === "next"}
      onPress={onPress}
    >
      <Icon size={26} aria-hidden />
    </IconButton>
  );
}
