import { Keyboard } from "lucide-react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { placesFor } from "@/lib/navigation";
import { UnreadBadge } from "@/app/shell/unread-badge";
import { UserMenu } from "@/app/shell/user-menu";
import { Bell } from "@/components/brand/bell";
import { IconButton } from "@/components/button/icon-button";
import { ConnectionDot } from "@/features/connection/components/connection-dot";
import { useSession } from "@/lib/desk/context";
import { shortcutHelp } from "@/lib/hooks/shortcuts";
import styles from "./nav-rail.module.css";

export function NavRail() {
  const { t } = useTranslation();
  const { permissions } = useSession();
  return (
    <nav className={styles.rail} aria-label={t("nav.label")}>
      <Bell size={34} className={styles.bell} />
      <ul className={styles.places}>
        {placesFor(permissions).map(({ to, name, icon: Icon }) => (
          <li key={to}>
            <NavLink to={to} className={styles.place}>
              <span className={styles.icon}>
                <Icon size={21} strokeWidth={1.8} aria-hidden />
                {name === "inbox" && <UnreadBadge />}
              </span>
              <span>{t(`nav.${name}`)}</span>
            </NavLink>
          </li>
        ))}
      </ul>
      <div className={styles.end}>
        <ConnectionDot />
        <IconButton look="rail" label={t("shortcuts.title")} onPress={() => shortcutHelp.set(true)}>
          <Keyboard size={20} strokeWidth={1.8} aria-hidden />
        </IconButton>
        <UserMenu />
      </div>
    </nav>
  );
}
