import { Ban, Lock, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Note } from "@/components/feedback/note";
import type { Answering } from "@/features/composer/api/may-answer";
import { useTeammateName } from "@/features/team/api/use-team";
import type { Conversation } from "@/lib/api/types";
import { tabStorage } from "@/lib/storage";
import { useDesk } from "@/lib/desk/context";

type CannotAnswerProps = { answering: Exclude<Answering, { kind: "yes" | "templates" }>; conversation: Conversation };

/** Why nothing can be written here, and what helps. A draft that waits is mentioned, for it is not lost. */
export function CannotAnswer({ answering, conversation }: CannotAnswerProps) {
  const { t } = useTranslation("composer");
  const { me } = useDesk();
  const colleague = useTeammateName(answering.kind === "colleague" ? answering.assigneeId : null);
  const draft = tabStorage.get(`frontdesk.draft.${me}.${conversation.id}`);
  const Icon = answering.kind === "colleague" ? UserRound : answering.kind === "cannot" ? Ban : Lock;
  return (
    <Note tone={answering.kind === "cannot" ? "bad" : "info"} icon={<Icon size={17} aria-hidden />} role="status">
      {answering.kind === "colleague" && t("why.colleague", { name: colleague })}
      {answering.kind === "closed" && t("why.closed")}
      {answering.kind === "no-permission" && t("why.noPermission")}
      {answering.kind === "cannot" && cannotReply(answering.reason, t)}
      {draft && <> {t("draftKept")}</>}
    </Note>
  );
}

const REASONS = ["blocked", "standby", "left", "phone_only", "window_closed"] as const;

function cannotReply(reason: string, t: ReturnType<typeof useTranslation<"composer">>["t"]): string {
  const known = REASONS.find((each) => each === reason);
  return t(known ? `why.${known}` : "why.other");
}
