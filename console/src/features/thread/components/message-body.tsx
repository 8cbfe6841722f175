import { CircleHelp, LayoutTemplate } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message, MessageType } from "@/lib/api/types";
import { AttachmentView } from "./attachments/attachment-view";
import { ContactCards } from "./kinds/contact-cards";
import { LocationView } from "./kinds/location-view";
import { OrderView } from "./kinds/order-view";
import { PostView } from "./kinds/post-view";
import { SelectionView } from "./kinds/selection-view";
import { StickerView } from "./kinds/sticker-view";
import { StoryView } from "./kinds/story-view";
import { RichText } from "./rich-text";
import styles from "./message-body.module.css";

/** The content of a message, by its type; what we cannot draw is named. */
export function MessageBody({ message }: { message: Message }) {
  const { type, attachments, details } = message;
  if (type === "sticker") return <StickerView message={message} />;
  if (type === "location" && details.location) return <LocationView location={details.location} />;
  if (type === "contacts" && details.contacts?.length) return <ContactCards contacts={details.contacts} />;
  if (type === "order" && details.order) return <OrderView order={details.order} text={message.text} />;
  if (type === "story") return <StoryView message={message} />;
  if (type === "post") return <PostView message={message} />;
  if (type === "postback" || details.selection) return <SelectionView message={message} />;
  if (attachments.length > 0) return <Attachments message={message} />;
  return <Words message={message} />;
}

function Attachments({ message: { attachments, text, details } }: { message: Message }) {
  const { t } = useTranslation("common");
  return (
    <div className={styles.attachments}>
      {attachments.map((attachment) => (
        <AttachmentView
          key={attachment.id}
          attachment={attachment}
          name={attachment.voice ? t("messageType.voice") : attachment.file_name || t(`messageType.${attachment.kind}`)}
        />
      ))}
      {text && (
        <p>
          <RichText text={text} entities={details.entities} />
        </p>
      )}
    </div>
  );
}

function Words({ message: { type, text, details } }: { message: Message }) {
  const { t } = useTranslation("common");
  if (type === "text" || (text && type === "order")) return <RichText text={text} entities={details.entities} />;
  if (type === "template") {
    return (
      <div className={styles.template}>
        <span className={styles.labelled}>
          <LayoutTemplate size={14} aria-hidden />
          {t("messageType.template")}
        </span>
        {text && <RichText text={text} />}
      </div>
    );
  }
  return (
    <span className={styles.labelled}>
      <CircleHelp size={15} aria-hidden />
      {text || t(`messageType.${KNOWN.has(type) ? type : "unsupported"}`)}
    </span>
  );
}

const KNOWN = new Set<MessageType>(["image", "video", "audio", "file", "location", "contacts", "order"]);
