import { SearchX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { Failure } from "@/components/feedback/failure";
import { Message as MessagePage } from "@/components/feedback/message";
import { Composer } from "@/features/composer/components/composer";
import { DropZone } from "@/features/composer/components/drop-zone";
import { HistorySheet } from "@/features/thread/components/history-sheet";
import { useConversation } from "@/features/thread/api/use-conversation";
import { useMarkRead } from "@/features/thread/api/use-mark-read";
import { lastSequence, useThread } from "@/features/thread/api/use-thread";
import { isNotFound } from "@/lib/api/errors";
import { MessageList } from "./message-list";
import { ThreadHeader } from "./thread-header";
import { ThreadSkeleton } from "./thread-skeleton";
import styles from "./thread-pane.module.css";

/** Mount it anew for each conversation. */
export function ThreadPane({ id }: { id: string }) {
  const { t } = useTranslation("thread");
  const { conversation, error, refetch } = useConversation(id);
  const thread = useThread(id);
  const [showsHistory, setShowsHistory] = useState(false);
  useMarkRead(thread.data ? conversation : undefined);
  if (error && isNotFound(error)) return <Gone />;
  if (!conversation) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <ThreadSkeleton />;
  return (
    <DropZone
      conversation={conversation}
      className={styles.pane}
      label={t("label", { name: conversation.customer.name })}
    >
      <ThreadHeader conversation={conversation} onHistory={() => setShowsHistory(true)} />
      <MessageList conversation={conversation} thread={thread} />
      {thread.data && <Composer conversation={conversation} afterSequence={lastSequence(thread.messages)} />}
      {showsHistory && <HistorySheet conversation={conversation} onClose={() => setShowsHistory(false)} />}
    </DropZone>
  );
}

function Gone() {
  const { t } = useTranslation("thread");
  const { search } = useLocation();
  return (
    <MessagePage
      icon={<SearchX size={24} aria-hidden />}
      title={t("gone.title")}
      text={t("gone.text")}
      action={<Link to={{ pathname: "/inbox", search }}>{t("gone.back")}</Link>}
    />
  );
}
