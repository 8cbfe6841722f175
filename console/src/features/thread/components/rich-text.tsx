import { segments } from "@/features/thread/api/segments";
import type { TextEntity } from "@/lib/api/types";
import styles from "./rich-text.module.css";

export function RichText({ text, entities }: { text: string; entities?: TextEntity[] | undefined }) {
  return segments(text, entities).map((segment, index) => {
    // Segments of one text never change places.
    const key = `${index} ${segment.kind}`;
    if (segment.kind === "text") return <span key={key}>{segment.text}</span>;
    if (segment.kind === "link") {
      return (
        <a key={key} href={segment.text} target="_blank" rel="noopener noreferrer">
          {segment.text}
        </a>
      );
    }
    return (
      <span key={key} className={styles[segment.kind]}>
        {segment.text}
      </span>
    );
  });
}
