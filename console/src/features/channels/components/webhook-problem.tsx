import { RotateCw, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Note } from "@/components/feedback/note";
import { FormError } from "@/components/form/form-error";
import { useSetUpWebhook } from "@/features/channels/api/account-actions";
import type { ChannelAccount } from "@/lib/api/types";

/** The platform sends nothing here: why, as far as it said, and another try at telling it. */
export function WebhookProblem({ account: { id, health } }: { account: ChannelAccount }) {
  const { t } = useTranslation("channels");
  const setUp = useSetUpWebhook(id);
  return (
    <>
      <Note
        tone="warning"
        icon={<TriangleAlert size={17} aria-hidden />}
        action={
          <Button
            size="s"
            icon={<RotateCw size={15} aria-hidden />}
            isPending={setUp.isPending}
            onPress={() => setUp.mutate(undefined)}
          >
            {t("webhookProblem.action")}
          </Button>
        }
      >
        {t("webhookProblem.text", { why: health?.webhook_problem })}
      </Note>
      <FormError error={setUp.error} />
    </>
  );
}
