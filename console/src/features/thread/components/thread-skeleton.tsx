import { useTranslation } from "react-i18next";
import { Skeleton } from "@/components/feedback/skeleton";
import styles from "./thread-skeleton.module.css";

const BUBBLES = [
  { width: "42%", height: "2.6rem" },
  { width: "56%", height: "4rem" },
  { width: "34%", height: "2.6rem" },
  { width: "48%", height: "2.6rem" },
];

export function ThreadSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles.thread} role="status" aria-label={t("loading")}>
      {BUBBLES.map((size) => (
        <div key={size.width} className={styles.bubble}>
          <Skeleton {...size} />
        </div>
      ))}
    </div>
  );
}
