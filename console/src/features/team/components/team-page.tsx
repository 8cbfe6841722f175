import { UserPlus, UserX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Failure } from "@/components/feedback/failure";
import { Message } from "@/components/feedback/message";
import { SearchField } from "@/components/field/search-field";
import { SettingsPage } from "@/components/page/settings-page";
import { byRole, searchTeam } from "@/features/team/api/search";
import { useTeam } from "@/features/team/api/use-team";
import type { Teammate } from "@/lib/api/types";
import { useCan } from "@/lib/desk/context";
import { InviteDialog } from "./invite-dialog";
import { RoleSection } from "./role-section";
import { TeamSkeleton } from "./team-skeleton";

/** Rules 105 to 109. */
export function TeamPage() {
  const { t } = useTranslation("team");
  const { data, error, refetch, isFetching } = useTeam();
  const [words, setWords] = useState("");
  const [inviting, setInviting] = useState(false);
  const mayManage = useCan("manage_team");
  const invite = (
    <Button look="primary" icon={<UserPlus size={17} aria-hidden />} onPress={() => setInviting(true)}>
      {t("invite.action")}
    </Button>
  );
  return (
    <SettingsPage title={t("title")} subtitle={data && t("count", { count: data.length })} action={mayManage && invite}>
      <SearchField label={t("search")} value={words} onChange={setWords} />
      {data ? (
        <Found team={searchTeam(data, words)} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} isRetrying={isFetching} />
      ) : (
        <TeamSkeleton />
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </SettingsPage>
  );
}

function Found({ team }: { team: Teammate[] }) {
  const { t } = useTranslation("team");
  if (team.length === 0) return <Message icon={<UserX size={24} aria-hidden />} title={t("nobody")} />;
  return byRole(team).map(({ role, members }) => <RoleSection key={role} role={role} members={members} />);
}
