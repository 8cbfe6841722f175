import { Clock3, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useReplyWindow, type Remaining } from "@/features/composer/api/use-reply-window";
import type { Conversation } from "@/lib/api/types";
import { currentLanguage } from "@/lib/i18n/i18n";
import { fullTime } from "@/lib/time/format";
import styles from "./extras.module.css";

/** How long the platform still allows an answer. Nothing where it always does. */
export function WindowNote({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("composer");
  const { window, left } = useReplyWindow(conversation);
  if (!window?.closes_at || (window.state !== "open" && window.state !== "human_agent")) return null;
  const human = window.state === "human_agent";
  const Icon = human ? UserRound : Clock3;
  const time = t(`window.${timeKey(left)}`, left ?? {});
  return (
    <p
      className={styles.window}
      data-soon={left === null || left.soon || undefined}
      title={fullTime(window.closes_at, currentLanguage())}
    >
      <Icon size={14} aria-hidden />
      {t(human ? "window.humanAgent" : "window.open", { time })}
    </p>
  );
}

function timeKey(left: Remaining | null): "ending" | "hours" | "minutes" | "hoursMinutes" {
  if (!left || left.hours + left.minutes === 0) return "ending";
  if (left.hours === 0) return "minutes";
  return left.minutes === 0 ? "hours" : "hoursMinutes";
}
