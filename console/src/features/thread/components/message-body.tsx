import { CircleHelp, MousePointerClick } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/lib/api/types";
import { AttachmentView } from "./attachment-view";
import { LocationView } from "./location-view";
import { RichText } from "./rich-text";
import { StickerView } from "./sticker-view";
import styles from "./message-body.module.css";

/** The content of a message, by its type; what we cannot draw is named. */
export function MessageBody({ message }: { message: Message }) {
  const { t } = useTranslation("common");
  const { type, text, attachments, details } = message;
  if (type === "sticker") return <StickerView message={message} />;
  if (type === "location" && details.location) return <LocationView location={details.location} />;
  if (attachments.length > 0) {
    return (
      <div className={styles.attachments}>
        {attachments.map((attachment) => (
          <AttachmentView key={attachment.id} attachment={attachment} />
        ))}
        {text && <RichText text={text} entities={details.entities} />}
      </div>
    );
  }
  if (type === "postback") {
    return (
      <span className={styles.labelled}>
        <MousePointerClick size={15} aria-hidden />
        {text || t("messageType.postback")}
      </span>
    );
  }
  if (type === "text") return <RichText text={text} entities={details.entities} />;
  return (
    <span className={styles.labelled}>
      <CircleHelp size={15} aria-hidden />
      {text || t(`messageType.${type in KINDS ? type : "unsupported"}`)}
    </span>
  );
}

const KINDS = { image: true, video: true, audio: true, file: true, location: true };
