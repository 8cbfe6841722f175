import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Message } from "@/components/feedback/message";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Message
      page
      icon={<Compass size={24} aria-hidden />}
      title={t("notFound.title")}
      text={t("notFound.text")}
      action={<Link to="/inbox">{t("notFound.action")}</Link>}
    />
  );
}
