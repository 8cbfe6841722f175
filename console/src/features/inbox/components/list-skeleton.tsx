import { useTranslation } from "react-i18next";
import { Skeleton } from "@/components/feedback/skeleton";
import styles from "./list-skeleton.module.css";

const WIDTHS = ["62%", "48%", "71%", "55%", "66%", "44%", "58%", "69%"];

export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles.list} role="status" aria-label={t("loading")}>
      {WIDTHS.map((width) => (
        <div key={width} className={styles.row}>
          <Skeleton width="46px" height="46px" round />
          <div className={styles.lines}>
            <Skeleton width="38%" />
            <Skeleton width={width} height="0.75em" />
          </div>
        </div>
      ))}
    </div>
  );
}
