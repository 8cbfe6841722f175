import { ArrowDown } from "lucide-react";
import { type RefObject, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { useCustomerName } from "@/components/customer/use-customer-name";
import { Failure } from "@/components/feedback/failure";
import { Spinner } from "@/components/feedback/spinner";
import { layOut } from "@/features/thread/api/layout";
import { ThreadToolsContext } from "@/features/thread/api/thread-tools";
import { firstUnread } from "@/features/thread/api/unread-divider";
import type { useThread } from "@/features/thread/api/use-thread";
import { picturesOf, useThreadTools } from "@/features/thread/api/use-thread-tools";
import type { Conversation } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { Lightbox } from "./attachments/lightbox";
import { PlacedMessage } from "./placed-message";
import { ThreadSkeleton } from "./thread-skeleton";
import { useOlder } from "./use-older";
import { useStickToEnd } from "./use-stick-to-end";
import styles from "./message-list.module.css";

type MessageListProps = { conversation: Conversation; thread: ReturnType<typeof useThread> };

export function MessageList({ conversation, thread }: MessageListProps) {
  if (thread.data) return <Messages conversation={conversation} thread={thread} />;
  if (!thread.error) return <ThreadSkeleton />;
  return <Failure error={thread.error} onRetry={() => void thread.refetch()} isRetrying={thread.isFetching} />;
}

/** The newest at the bottom. The scroller is turned upside down, so its zero is there and older pages push nothing away. */
function Messages({ conversation, thread }: MessageListProps) {
  const { t } = useTranslation("thread");
  const { me } = useDesk();
  // Where reading began when the thread was opened; the line stays there, though the messages are read by now.
  const [unreadId] = useState(() => firstUnread(thread.messages, conversation.unread_count));
  const placed = useMemo(() => layOut(thread.rows, unreadId, me), [thread.rows, unreadId, me]);
  const { kind } = conversation.customer;
  const { channel } = conversation;
  const name = useCustomerName(conversation.customer);
  const other = useMemo(() => ({ name, kind, channel }), [name, kind, channel]);
  const { scroller, missed, toEnd } = useStickToEnd(thread.rows);
  const { tools, pictureId, closePicture } = useThreadTools(conversation, thread, scroller);
  return (
    <ThreadToolsContext value={tools}>
      <div className={styles.frame}>
        <div ref={scroller} className={styles.scroller} tabIndex={0} role="region" aria-label={t("messagesLabel")}>
          <ol className={styles.list}>
            <Older thread={thread} scroller={scroller} />
            {placed.map((each) => (
              <PlacedMessage
                key={each.row.key}
                name={each.row.key}
                message={"message" in each.row ? each.row.message : undefined}
                item={"item" in each.row ? each.row.item : undefined}
                day={each.day}
                unread={each.unread}
                first={each.first}
                last={each.last}
                other={other}
              />
            ))}
          </ol>
        </div>
        {missed !== null && (
          <div className={styles.toEnd}>
            <Button size="s" icon={<ArrowDown size={15} aria-hidden />} onPress={toEnd}>
              {missed > 0 ? t("newMessages", { count: missed }) : t("toNewest")}
            </Button>
          </div>
        )}
        {pictureId !== null && (
          <Lightbox pictures={picturesOf(thread.messages)} startId={pictureId} onClose={closePicture} />
        )}
      </div>
    </ThreadToolsContext>
  );
}

/** The end of what is loaded: more is on its way, could not be read, or there is none. */
function Older({ thread, scroller }: { thread: MessageListProps["thread"]; scroller: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation("thread");
  const top = useOlder(scroller, thread);
  return (
    <li ref={top} className={styles.top}>
      {thread.isFetchingNextPage && <Spinner />}
      {thread.isFetchNextPageError && (
        <Button size="s" onPress={() => void thread.fetchNextPage()}>
          {t("olderFailed")}
        </Button>
      )}
      {!thread.hasNextPage && <span>{t("beginning")}</span>}
    </li>
  );
}
