import { Plug, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Button } from "@/components/button/button";
import { Failure } from "@/components/feedback/failure";
import { Message } from "@/components/feedback/message";
import { Skeleton } from "@/components/feedback/skeleton";
import { SettingsPage } from "@/components/page/settings-page";
import { NotAllowed } from "@/components/page/not-allowed";
import { useAccounts } from "@/features/channels/api/use-accounts";
import { useCan } from "@/lib/desk/context";
import { AccountCard } from "./account-card";
import { ConnectDialog } from "./connect-dialog";
import { ConnectionProblem } from "./connection-problem";
import { FoundDialog } from "./found-dialog";

export function ChannelsPage() {
  return useCan("manage_channels") ? <Channels /> : <NotAllowed />;
}

function Channels() {
  const { t } = useTranslation(["channels", "common"]);
  const { data, error, refetch, isFetching } = useAccounts();
  const [connecting, setConnecting] = useState(false);
  const [search, setSearch] = useSearchParams();
  // The platform's dialog leads back here.
  const connection = search.get("connection");
  const problem = search.get("connection_error");
  const connect = (
    <Button look="primary" icon={<Plus size={17} aria-hidden />} onPress={() => setConnecting(true)}>
      {t("connect.action")}
    </Button>
  );
  return (
    <SettingsPage title={t("title")} subtitle={t("subtitle")} action={connect}>
      {!data &&
        (error ? (
          <Failure error={error} onRetry={() => void refetch()} isRetrying={isFetching} />
        ) : (
          <Skeleton height="10rem" />
        ))}
      {data?.length === 0 && (
        <Message icon={<Plug size={24} aria-hidden />} title={t("empty.title")} text={t("empty.text")} />
      )}
      {data?.map((account) => (
        <AccountCard key={account.id} account={account} />
      ))}
      {problem && <ConnectionProblem code={problem} onClose={() => setSearch({}, { replace: true })} />}
      {connecting && <ConnectDialog onClose={() => setConnecting(false)} />}
      {connection && <FoundDialog id={connection} onClose={() => setSearch({}, { replace: true })} />}
    </SettingsPage>
  );
}
