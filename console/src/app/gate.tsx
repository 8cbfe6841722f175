import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";
import { Bell } from "@/components/brand/bell";
import { Failure } from "@/components/feedback/failure";
import { DeskProvider } from "@/lib/desk/context";
import { NetworkError } from "@/lib/api/errors";
import { renew, sessionState } from "@/lib/session/session";
import { useStore } from "@/lib/store";
import styles from "./gate.module.css";

type From = { from?: string } | null;

const RETRY_MS = 5_000;

/** Pages for those who are signed in; others are asked to, and come back to where they wanted to go. */
export function Member() {
  const state = useStore(sessionState);
  const { pathname, search } = useLocation();
  if (state.status === "unknown") return <Arriving unreachable={state.unreachable} />;
  if (state.status === "signed-out")
    return <Navigate to="/signin" replace state={{ from: pathname + search } satisfies From} />;
  return (
    <DeskProvider key={state.session.teammate.id} session={state.session}>
      <Outlet />
    </DeskProvider>
  );
}

/** Pages for those who are not. */
export function Guest() {
  const state = useStore(sessionState);
  const from = (useLocation().state as From)?.from ?? "/inbox";
  if (state.status === "unknown") return <Arriving unreachable={state.unreachable} />;
  return state.status === "signed-in" ? <Navigate to={from} replace /> : <Outlet />;
}

/** While it is asked who is here, or the page is fetched. */
export function Arriving({ unreachable = false }: { unreachable?: boolean }) {
  const { t } = useTranslation();
  useEffect(() => {
    if (!unreachable) return undefined;
    const again = (): void => void renew().catch(() => undefined);
    const timer = setInterval(again, RETRY_MS);
    window.addEventListener("online", again);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", again);
    };
  }, [unreachable]);
  if (unreachable)
    return <Failure error={new NetworkError(null)} onRetry={() => void renew().catch(() => undefined)} />;
  return (
    <div className={styles.arriving} role="status">
      <Bell size={48} className={styles.bell} />
      <span className="visually-hidden">{t("loading")}</span>
    </div>
  );
}
