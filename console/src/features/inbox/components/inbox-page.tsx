import { useParams } from "react-router";
import { ThreadPane } from "@/features/thread/components/thread-pane";
import { NoThread } from "@/features/thread/components/no-thread";
import { ListPane } from "./list-pane";
import styles from "./inbox-page.module.css";

/** List and thread side by side; on a phone one at a time, the list waiting behind with its place kept. */
export function InboxPage() {
  const { conversationId } = useParams();
  return (
    <div className={styles.page} data-open={conversationId ? "thread" : "list"}>
      <div className={styles.list}>
        <ListPane selectedId={conversationId} />
      </div>
      <div className={styles.thread}>
        {conversationId ? <ThreadPane key={conversationId} id={conversationId} /> : <NoThread />}
      </div>
    </div>
  );
}
