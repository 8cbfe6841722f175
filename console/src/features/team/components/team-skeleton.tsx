import { useTranslation } from "react-i18next";
import { Skeleton } from "@/components/feedback/skeleton";

export function TeamSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("loading")}>
      <Skeleton height="16rem" />
    </div>
  );
}
