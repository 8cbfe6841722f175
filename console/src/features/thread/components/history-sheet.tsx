import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { Failure } from "@/components/feedback/failure";
import { Skeleton } from "@/components/feedback/skeleton";
import { useTeammateName } from "@/features/team/api/use-team";
import { noticeText } from "@/features/thread/api/notice-text";
import { listHistory } from "@/lib/api/endpoints";
import type { Conversation, HistoryEntry } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime } from "@/lib/time/format";
import styles from "./history-sheet.module.css";

/** Rule 31: who handled it when, and what happened. */
export function HistorySheet({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation(["thread", "common"]);
  const history = useInfiniteQuery({
    queryKey: [...keys.history(conversation.id), conversation.version],
    queryFn: ({ pageParam, signal }) => listHistory(conversation.id, { page_token: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
  const entries = history.data?.pages.flatMap((page) => page.entries);
  return (
    <Dialog title={t("history.title")} shape="sheet" isOpen onClose={onClose}>
      {history.error && !entries && <Failure error={history.error} onRetry={() => void history.refetch()} />}
      {history.isPending && <Skeleton height="4rem" />}
      {entries?.length === 0 && <p>{t("history.empty")}</p>}
      <ol className={styles.list}>
        {entries?.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {history.hasNextPage && (
        <Button size="s" isPending={history.isFetchingNextPage} onPress={() => void history.fetchNextPage()}>
          {t("common:action.more")}
        </Button>
      )}
    </Dialog>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation("thread");
  const actor = useTeammateName(entry.actor_id);
  return (
    <li className={styles.entry}>
      <p className={styles.what}>
        {actor && <strong>{actor}</strong>} {noticeText(entry.kind, t, entry.fields)}
      </p>
      <time className={styles.when} dateTime={entry.occurred_at}>
        {fullTime(entry.occurred_at, currentLanguage())}
      </time>
    </li>
  );
}
