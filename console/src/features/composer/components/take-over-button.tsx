import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { toast } from "@/components/toast/toasts";
import { mayTakeOver } from "@/features/composer/api/may-answer";
import { takeOver } from "@/lib/api/endpoints";
import type { Conversation } from "@/lib/api/types";
import { useDesk, useSession } from "@/lib/desk/context";
import { errorText } from "@/lib/i18n/error-text";

/** Rule 22: into the teammate's own processing list. */
export function TakeOverButton({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("composer");
  const desk = useDesk();
  const { permissions } = useSession();
  const mutation = useMutation({
    mutationFn: () => takeOver(conversation.id),
    onSuccess: (answer) => {
      desk.apply({ conversation: answer });
      toast(t("takenOver"));
    },
    onError: (error) => toast(errorText(error), "bad"),
  });
  if (!mayTakeOver(conversation, permissions, desk.me)) return null;
  return (
    <Button
      size="s"
      look={conversation.status === "open" ? "primary" : "secondary"}
      isPending={mutation.isPending}
      onPress={() => mutation.mutate()}
    >
      {t("takeOver")}
    </Button>
  );
}
