import { CloudOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Note } from "@/components/feedback/note";
import { Spinner } from "@/components/feedback/spinner";
import { useDesk } from "@/lib/desk/context";
import { currentLanguage } from "@/lib/i18n/i18n";
import { clockTime } from "@/lib/time/format";
import { useConnection } from "./use-connection";
import styles from "./connection.module.css";

/** Says that what is shown may be old, since when, and what happens about it. Nothing while all is well. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const desk = useDesk();
  const state = useConnection();
  if (state.phase === "online") return null;
  if (state.phase === "connecting") return <Banner icon={<Spinner />}>{t("connection.connecting")}</Banner>;
  const since = clockTime(new Date(state.since).toISOString(), currentLanguage());
  if (state.phase === "offline")
    return <Banner icon={<CloudOff size={16} aria-hidden />}>{t("connection.offlineSince", { time: since })}</Banner>;
  return (
    <Banner
      icon={<CloudOff size={16} aria-hidden />}
      action={
        <Button size="s" look="quiet" onPress={() => desk.stream.wake()}>
          {t("connection.now")}
        </Button>
      }
    >
      {t("connection.lostSince", { time: since })}
      <Countdown to={state.retryAt} />
    </Banner>
  );
}

function Banner({ icon, action, children }: { icon: ReactNode; action?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.banner}>
      <Note tone="warning" role="status" icon={icon} action={action}>
        {children}
      </Note>
    </div>
  );
}

function Countdown({ to }: { to: number }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className={styles.countdown} aria-hidden="true">
      {t("connection.retryIn", { count: Math.max(0, Math.ceil((to - now) / 1000)) })}
    </span>
  );
}
