import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isRouteErrorResponse, useRouteError } from "react-router";
import { Button } from "@/components/button/button";
import { Message } from "@/components/feedback/message";
import { NotFound } from "@/app/not-found";

/** What is left when a page breaks, or its code cannot be fetched (a new version was rolled out meanwhile). */
export function Crash() {
  const { t } = useTranslation();
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  return (
    <Message
      page
      role="alert"
      icon={<TriangleAlert size={24} aria-hidden />}
      title={t("crash.title")}
      text={t("crash.text")}
      action={
        <Button look="primary" onPress={() => location.reload()}>
          {t("crash.action")}
        </Button>
      }
    />
  );
}
