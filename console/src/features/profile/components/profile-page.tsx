import { LogOut } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Switch } from "@/components/field/switch";
import { LanguageSelect } from "@/components/language/language-select";
import { Card } from "@/components/page/card";
import { SettingsPage } from "@/components/page/settings-page";
import { useSignOut } from "@/features/auth/api/use-sign-out";
import { useSession } from "@/lib/desk/context";
import { chooseShortcuts, shortcutsOn } from "@/lib/hooks/shortcuts";
import { useStore } from "@/lib/store";
import { OwnDataForm } from "./own-data-form";
import { ThemeSelect } from "./theme-select";
import styles from "./profile-page.module.css";

/** Rule 111, and how this browser shows the console. */
export function ProfilePage() {
  const { t } = useTranslation(["profile", "common"]);
  const { teammate, tenant } = useSession();
  const signOut = useSignOut();
  const shortcuts = useStore(shortcutsOn);
  return (
    <SettingsPage
      title={t("title")}
      subtitle={t("subtitle", { role: t(`common:role.${teammate.role}`), tenant: tenant.name })}
    >
      <Card title={t("own.title")} text={t("own.text")}>
        <OwnDataForm />
      </Card>
      <Card title={t("look.title")} text={t("look.text")}>
        <div className={styles.pair}>
          <LanguageSelect labelled />
          <ThemeSelect />
        </div>
        <Switch isSelected={shortcuts} onChange={chooseShortcuts}>
          {t("look.shortcuts")}
        </Switch>
      </Card>
      <div>
        <Button icon={<LogOut size={17} aria-hidden />} isPending={signOut.isPending} onPress={() => signOut.mutate()}>
          {t("common:nav.signOut")}
        </Button>
      </div>
    </SettingsPage>
  );
}
