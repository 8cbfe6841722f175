import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, Navigate } from "react-router";
import { placesFor } from "@/lib/navigation";
import { Avatar } from "@/components/avatar/avatar";
import { Card } from "@/components/page/card";
import { SettingsPage } from "@/components/page/settings-page";
import { ConnectionBanner } from "@/features/connection/components/connection-banner";
import { useSession } from "@/lib/desk/context";
import { useIsPhone } from "@/lib/hooks/use-media";
import styles from "./settings-home.module.css";

/** The phone's second tab: all the places that the desktop has in its rail. */
export function SettingsHome() {
  const { t } = useTranslation();
  const { permissions, teammate, tenant } = useSession();
  if (!useIsPhone()) return <Navigate to="/settings/profile" replace />;
  return (
    <SettingsPage home title={t("nav.settings")} subtitle={tenant.name}>
      <ConnectionBanner />
      <Card flush>
        <Link to="/settings/profile" className={styles.link}>
          <Avatar id={teammate.id} name={teammate.name} size={40} />
          <span className={styles.name}>
            {teammate.name}
            <span className={styles.role}>{t(`role.${teammate.role}`)}</span>
          </span>
          <ChevronRight size={18} aria-hidden />
        </Link>
      </Card>
      <Card flush>
        {placesFor(permissions)
          .slice(1)
          .map(({ to, name, icon: Icon }) => (
            <Link key={to} to={to} className={styles.link}>
              <Icon size={20} strokeWidth={1.8} aria-hidden />
              <span className={styles.name}>{t(`nav.${name}`)}</span>
              <ChevronRight size={18} aria-hidden />
            </Link>
          ))}
      </Card>
    </SettingsPage>
  );
}
