import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Spinner } from "@/components/feedback/spinner";
import type { useConversations } from "@/features/inbox/api/use-conversations";
import type { Status } from "@/lib/api/types";
import { ConversationRow } from "./conversation-row";
import { useListKeys } from "./use-list-keys";
import styles from "./conversation-list.module.css";

const ROW_HEIGHT = 76;
/** Fetch the next page this many rows before the end comes into sight. */
const AHEAD = 12;

type ConversationListProps = {
  list: ReturnType<typeof useConversations>;
  selectedId: string | undefined;
  status: Status;
};

export function ConversationList({ list, selectedId, status }: ConversationListProps) {
  const { t } = useTranslation("inbox");
  const { rows } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  useMorePages(list, items.at(-1)?.index ?? -1);
  useListKeys(rows, selectedId, scroller, (index) => virtual.scrollToIndex(index));
  return (
    <div ref={scroller} className={styles.scroller}>
      <div role="list" aria-label={t("listLabel")} className={styles.list} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={key}
                role="listitem"
                aria-posinset={index + 1}
                aria-setsize={list.hasNextPage ? -1 : rows.length}
                className={styles.item}
                style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
              >
                <ConversationRow row={row} isSelected={row.id === selectedId} listedStatus={status} />
              </div>
            )
          );
        })}
      </div>
      <div className={styles.end} role="status">
        {list.isFetchingNextPage && <Spinner />}
        {list.isFetchNextPageError && (
          <Button size="s" onPress={() => void list.fetchNextPage()}>
            {t("moreFailed")}
          </Button>
        )}
      </div>
    </div>
  );
}

function useMorePages(
  { rows, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage }: ReturnType<typeof useConversations>,
  lastShown: number,
): void {
  const wanted = lastShown >= rows.length - AHEAD;
  useEffect(() => {
    if (wanted && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [wanted, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
}
