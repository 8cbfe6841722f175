import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useUnreadCount } from "@/features/inbox/api/use-unread-count";
import { pageTitle } from "@/lib/count-text";

/** The unread total in the tab's title, on its icon, and on the installed app's icon. */
export function useUnreadTitle(): void {
  const { t } = useTranslation();
  const unread = useUnreadCount();
  const name = t("brand");
  useEffect(() => {
    document.title = pageTitle(unread, name);
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = unread > 0 ? "/favicon-unread.svg" : "/favicon.svg";
    if ("setAppBadge" in navigator) void navigator.setAppBadge(unread).catch(() => undefined);
    return () => {
      document.title = name;
    };
  }, [unread, name]);
}
