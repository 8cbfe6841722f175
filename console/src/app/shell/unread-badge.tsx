import { useTranslation } from "react-i18next";
import { useUnreadCount } from "@/features/inbox/api/use-unread-count";
import { countText } from "@/lib/count-text";
import styles from "./unread-badge.module.css";

export function UnreadBadge() {
  const { t } = useTranslation();
  const count = useUnreadCount();
  if (count === 0) return null;
  return (
    <span className={styles.badge}>
      <span aria-hidden="true">{countText(count)}</span>
      <span className="visually-hidden">{t("nav.unread", { count })}</span>
    </span>
  );
}
