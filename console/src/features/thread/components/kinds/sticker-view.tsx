import { Smile } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFreshMedia } from "@/features/thread/api/use-fresh-media";
import type { Message } from "@/lib/api/types";
import styles from "./sticker-view.module.css";

/** Where the platform gives a sticker's picture it is shown; else what it says about the sticker. */
export function StickerView({ message: { text, details, attachments } }: { message: Message }) {
  const { t } = useTranslation("common");
  const picture = attachments[0]?.url ?? null;
  const media = useFreshMedia(picture);
  const words = text || details.sticker?.keywords?.slice(0, 3).join(" ");
  if (picture && !media.broken) {
    const alt = [t("messageType.sticker"), words].filter(Boolean).join(" ");
    return <img className={styles.picture} src={picture} alt={alt} loading="lazy" onError={media.onError} />;
  }
  return (
    <div className={styles.sticker}>
      <Smile size={34} strokeWidth={1.5} aria-hidden />
      <span className={styles.label}>{t("messageType.sticker")}</span>
      {words && <span className={styles.words}>{words}</span>}
    </div>
  );
}
