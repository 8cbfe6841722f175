import { Smile } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/lib/api/types";
import styles from "./sticker-view.module.css";

/** Sticker pictures belong to the platform; what it says about one is shown instead. */
export function StickerView({ message }: { message: Message }) {
  const { t } = useTranslation("common");
  const words = message.text || message.details.sticker?.keywords?.slice(0, 3).join(" ");
  return (
    <div className={styles.sticker}>
      <Smile size={34} strokeWidth={1.5} aria-hidden />
      <span className={styles.label}>{t("messageType.sticker")}</span>
      {words && <span className={styles.words}>{words}</span>}
    </div>
  );
}
