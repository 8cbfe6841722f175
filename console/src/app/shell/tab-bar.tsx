import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { PLACES, SETTINGS } from "@/lib/navigation";
import { UnreadBadge } from "@/app/shell/unread-badge";
import styles from "./tab-bar.module.css";

/** The phone's way around: the inbox, and everything else behind one door. */
export function TabBar() {
  const { t } = useTranslation();
  return (
    <nav className={styles.bar} aria-label={t("nav.label")}>
      {[PLACES[0], SETTINGS].map(
        (place) =>
          place && (
            <NavLink key={place.to} to={place.to} className={styles.tab}>
              <span className={styles.icon}>
                <place.icon size={22} strokeWidth={1.8} aria-hidden />
                {place.name === "inbox" && <UnreadBadge />}
              </span>
              <span>{t(`nav.${place.name}`)}</span>
            </NavLink>
          ),
      )}
    </nav>
  );
}
