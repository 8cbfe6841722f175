import { useTranslation } from "react-i18next";
import type { Reaction } from "@/lib/api/types";
import styles from "./bubble.module.css";

/** Emoji that somebody put on a message. */
export function Reactions({ reactions, name }: { reactions: Reaction[]; name: string }) {
  const { t } = useTranslation("thread");
  return (
    <ul className={styles.reactions} aria-label={t("reactions.label")}>
      {reactions.map(({ emoji, by }) => (
        <li key={`${by} ${emoji}`} className={styles.reaction}>
          <span aria-hidden="true">{emoji}</span>
          <span className="visually-hidden">
            {t("reactions.by", { name: by === "customer" ? name : t("us"), emoji })}
          </span>
        </li>
      ))}
    </ul>
  );
}
