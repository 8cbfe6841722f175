import { Reply } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useThreadTools } from "@/features/thread/api/thread-tools";
import type { QuotedMessage } from "@/lib/api/types";
import styles from "./quote-view.module.css";

type QuoteViewProps = { quoted: QuotedMessage; /** The customer's name, where it is at hand. */ name?: string };

/** The message that is answered, in one line; pressed, the thread goes there. */
export function QuoteView({ quoted, name }: QuoteViewProps) {
  const { t } = useTranslation(["thread", "common"]);
  const { jumpTo } = useThreadTools();
  const who = quoted.direction === "outbound" ? t("us") : name || t("customer");
  const words = quoted.preview || t(`common:messageType.${quoted.type}`);
  return (
    <button
      type="button"
      className={styles.quote}
      aria-label={t("quote.show", { name: who, text: words })}
      onClick={() => jumpTo(quoted.id)}
    >
      <span className={styles.who}>
        <Reply size={13} aria-hidden />
        {who}
      </span>
      <span className={styles.words}>{words}</span>
    </button>
  );
}
