import { Lock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Message } from "@/components/feedback/message";

/** For who came here by an address the menu would not have shown. */
export function NotAllowed() {
  const { t } = useTranslation();
  return (
    <Message page icon={<Lock size={24} aria-hidden />} title={t("notAllowed.title")} text={t("notAllowed.text")} />
  );
}
