import { useTranslation } from "react-i18next";
import { Outlet, useMatch } from "react-router";
import { Announcer } from "@/app/shell/announcer";
import { NavRail } from "@/app/shell/nav-rail";
import { ShortcutHelp } from "@/app/shell/shortcut-help";
import { TabBar } from "@/app/shell/tab-bar";
import { useUnreadTitle } from "@/app/shell/use-unread-title";
import { useIsPhone } from "@/lib/hooks/use-media";
import { RouteFocus } from "./route-focus";
import styles from "./shell.module.css";

/** The frame around everything a signed-in teammate sees. */
export function Shell() {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  const inThread = useMatch("/inbox/:conversationId") !== null;
  useUnreadTitle();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t("skip.main")}
      </a>
      {!isPhone && <NavRail />}
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      {isPhone && !inThread && <TabBar />}
      <RouteFocus />
      <Announcer />
      <ShortcutHelp />
    </div>
  );
}
