import { Paperclip } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { attach } from "@/features/composer/api/attach";
import { kindsOf } from "@/features/composer/api/limits";
import { mayAnswer } from "@/features/composer/api/may-answer";
import type { Conversation } from "@/lib/api/types";
import { useDesk, useSession } from "@/lib/desk/context";
import { useDropFiles } from "@/lib/hooks/use-drop-files";
import styles from "./drop-zone.module.css";

type DropZoneProps = { conversation: Conversation; label: string; className: string | undefined; children: ReactNode };

/** A thread that takes files which are dropped anywhere onto it, where they could be sent. */
export function DropZone({ conversation, label, className, children }: DropZoneProps) {
  const { t } = useTranslation("composer");
  const desk = useDesk();
  const { permissions } = useSession();
  const zone = useRef<HTMLElement>(null);
  const open = kindsOf(conversation.channel).length > 0 && mayAnswer(conversation, permissions, desk.me).kind === "yes";
  const isOver = useDropFiles(zone, open, (files) => attach(desk, conversation, files));
  return (
    <section ref={zone} className={className} aria-label={label}>
      {children}
      {isOver && (
        <div className={styles.over} aria-hidden="true">
          <Paperclip size={28} />
          <span>{t("files.drop")}</span>
        </div>
      )}
    </section>
  );
}
