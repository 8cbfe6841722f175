import { CircleUserRound, LogOut } from "lucide-react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Avatar } from "@/components/avatar/avatar";
import { Menu, MenuItem, MenuLine } from "@/components/menu/menu";
import { useSignOut } from "@/features/auth/api/use-sign-out";
import { useSession } from "@/lib/desk/context";
import styles from "./user-menu.module.css";

export function UserMenu() {
  const { t } = useTranslation();
  const { teammate, tenant } = useSession();
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Menu
      label={t("nav.account")}
      placement="right bottom"
      trigger={
        <Button
          className={styles.trigger}
          aria-label={t("nav.accountOf", { name: teammate.name, tenant: tenant.name })}
        >
          <Avatar id={teammate.id} name={teammate.name} size={38} />
        </Button>
      }
    >
      <MenuItem icon={<CircleUserRound size={18} aria-hidden />} onAction={() => void navigate("/settings/profile")}>
        {t("nav.profile")}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<LogOut size={18} aria-hidden />} onAction={() => signOut.mutate()}>
        {t("nav.signOut")}
      </MenuItem>
    </Menu>
  );
}
