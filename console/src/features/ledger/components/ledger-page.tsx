import { ScrollText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Button } from "@/components/button/button";
import { Failure } from "@/components/feedback/failure";
import { Message } from "@/components/feedback/message";
import { Skeleton } from "@/components/feedback/skeleton";
import { NotAllowed } from "@/components/page/not-allowed";
import { SettingsPage } from "@/components/page/settings-page";
import { type LedgerFilter, useLedger, type Verdict, VERDICTS } from "@/features/ledger/api/use-ledger";
import { useCan } from "@/lib/desk/context";
import { DeletionRequests } from "./deletion-requests";
import { LedgerDetailSheet } from "./ledger-detail";
import { LedgerFilters } from "./ledger-filters";
import { LedgerTable } from "./ledger-table";
import { ReplayAll } from "./replay-all";

export function LedgerPage() {
  return useCan("manage_channels") ? <Ledger /> : <NotAllowed />;
}

function useFilter(): [LedgerFilter, (filter: LedgerFilter) => void] {
  const [search, setSearch] = useSearchParams();
  const verdict = search.get("verdict") as Verdict;
  const filter: LedgerFilter = {
    accountId: search.get("account") ?? "",
    verdict: VERDICTS.includes(verdict) ? verdict : "",
  };
  const change = ({ accountId, verdict: chosen }: LedgerFilter): void =>
    setSearch({ ...(accountId && { account: accountId }), ...(chosen && { verdict: chosen }) });
  return [filter, change];
}

function Ledger() {
  const { t } = useTranslation(["ledger", "common"]);
  const [filter, setFilter] = useFilter();
  const ledger = useLedger(filter);
  const [openId, setOpenId] = useState<string | null>(null);
  const entries = ledger.data?.pages.flatMap((page) => page.entries);
  return (
    <SettingsPage title={t("title")} subtitle={t("subtitle")}>
      <DeletionRequests />
      <LedgerFilters filter={filter} onChange={setFilter} />
      {!entries &&
        (ledger.error ? (
          <Failure error={ledger.error} onRetry={() => void ledger.refetch()} isRetrying={ledger.isFetching} />
        ) : (
          <Skeleton height="20rem" />
        ))}
      {entries?.length === 0 && <Message icon={<ScrollText size={24} aria-hidden />} title={t("empty")} />}
      {entries && entries.length > 0 && (
        <>
          <ReplayAll filter={filter} />
          <LedgerTable entries={entries} onOpen={setOpenId} />
        </>
      )}
      {ledger.hasNextPage && (
        <Button isPending={ledger.isFetchingNextPage} onPress={() => void ledger.fetchNextPage()}>
          {t("common:action.more")}
        </Button>
      )}
      {openId && <LedgerDetailSheet id={openId} onClose={() => setOpenId(null)} />}
    </SettingsPage>
  );
}
