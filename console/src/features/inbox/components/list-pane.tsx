import { useTranslation } from "react-i18next";
import { Failure } from "@/components/feedback/failure";
import { ConnectionBanner } from "@/features/connection/components/connection-banner";
import { useInboxFilter, WIDE } from "@/features/inbox/api/filter";
import { useConversations } from "@/features/inbox/api/use-conversations";
import { AccountStrip } from "./account-strip";
import { ConversationList } from "./conversation-list";
import { EmptyList } from "./empty-list";
import { Filters } from "./filters";
import { InboxTabs } from "./inbox-tabs";
import { ListSkeleton } from "./list-skeleton";
import { StatusTabs } from "./status-tabs";
import styles from "./list-pane.module.css";

export function ListPane({ selectedId }: { selectedId: string | undefined }) {
  const { t } = useTranslation("inbox");
  const [filter, setFilter] = useInboxFilter();
  const list = useConversations(filter, selectedId);
  return (
    <section className={styles.pane} aria-label={t("title")}>
      <header className={styles.header}>
        <div className={styles.top}>
          <h1 className={styles.title}>{t("title")}</h1>
          <InboxTabs tab={filter.tab} onChange={(tab) => setFilter({ ...WIDE, tab })} />
        </div>
        <AccountStrip filter={filter} onChange={setFilter} />
        <StatusTabs status={filter.status} onChange={(status) => setFilter({ status })} />
        <Filters filter={filter} onChange={setFilter} />
      </header>
      <ConnectionBanner />
      <ListBody list={list} selectedId={selectedId} />
    </section>
  );
}

function ListBody({ list, selectedId }: { list: ReturnType<typeof useConversations>; selectedId: string | undefined }) {
  const [filter, setFilter] = useInboxFilter();
  if (list.data === undefined) {
    return list.error ? (
      <Failure error={list.error} onRetry={() => void list.refetch()} isRetrying={list.isFetching} />
    ) : (
      <ListSkeleton />
    );
  }
  if (list.rows.length === 0 && !list.hasNextPage) return <EmptyList filter={filter} onChange={setFilter} />;
  return <ConversationList list={list} selectedId={selectedId} status={filter.status} />;
}
