import { MessagesSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Message } from "@/components/feedback/message";

export function NoThread() {
  const { t } = useTranslation("thread");
  return <Message icon={<MessagesSquare size={24} aria-hidden />} title={t("none.title")} text={t("none.text")} />;
}
