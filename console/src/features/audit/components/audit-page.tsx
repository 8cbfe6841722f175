import { History } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Failure } from "@/components/feedback/failure";
import { Message } from "@/components/feedback/message";
import { Skeleton } from "@/components/feedback/skeleton";
import { NotAllowed } from "@/components/page/not-allowed";
import { SettingsPage } from "@/components/page/settings-page";
import { useAudit } from "@/features/audit/api/use-audit";
import { useCan } from "@/lib/desk/context";
import { AuditTable } from "./audit-table";

export function AuditPage() {
  return useCan("manage_settings") ? <Audit /> : <NotAllowed />;
}

function Audit() {
  const { t } = useTranslation(["audit", "common"]);
  const audit = useAudit();
  const entries = audit.data?.pages.flatMap((page) => page.entries);
  return (
    <SettingsPage title={t("title")} subtitle={t("subtitle")}>
      {!entries &&
        (audit.error ? (
          <Failure error={audit.error} onRetry={() => void audit.refetch()} />
        ) : (
          <Skeleton height="20rem" />
        ))}
      {entries?.length === 0 && <Message icon={<History size={24} aria-hidden />} title={t("empty")} />}
      {entries && entries.length > 0 && (
        // Nothing else here takes the focus, and without it a keyboard cannot scroll.
        <div role="region" aria-label={t("title")} tabIndex={0}>
          <AuditTable entries={entries} />
        </div>
      )}
      {audit.hasNextPage && (
        <Button isPending={audit.isFetchingNextPage} onPress={() => void audit.fetchNextPage()}>
          {t("common:action.more")}
        </Button>
      )}
    </SettingsPage>
  );
}
