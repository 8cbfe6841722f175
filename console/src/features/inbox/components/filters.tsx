import { CircleUserRound, Mail } from "lucide-react";
import type { ReactNode } from "react";
import { ToggleButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Select } from "@/components/field/select";
import { CHANNELS } from "@/features/inbox/api/filter";
import type { InboxFilter } from "@/lib/live/conversations";
import styles from "./filters.module.css";

type FiltersProps = { filter: InboxFilter; onChange: (change: Partial<InboxFilter>) => void };

/** Rules 3 and 25: mine, unread, one channel. */
export function Filters({ filter, onChange }: FiltersProps) {
  const { t } = useTranslation(["inbox", "common"]);
  const channels = [
    { id: "all" as const, name: t("allChannels") },
    ...CHANNELS.map((id) => ({ id, name: t(`common:channel.${id}`) })),
  ];
  return (
    <div className={styles.filters} role="group" aria-label={t("filterLabel")}>
      <Toggle
        icon={<CircleUserRound size={15} aria-hidden />}
        on={filter.assignee === "me"}
        onChange={(on) => onChange({ assignee: on ? "me" : "" })}
      >
        {t("mine")}
      </Toggle>
      <Toggle icon={<Mail size={15} aria-hidden />} on={filter.unread} onChange={(unread) => onChange({ unread })}>
        {t("unread")}
      </Toggle>
      <div className={styles.channel}>
        <Select
          label={t("channelLabel")}
          hideLabel
          size="s"
          options={channels}
          value={filter.channel || "all"}
          onChange={(channel) => onChange({ channel: channel === "all" ? "" : channel })}
        />
      </div>
    </div>
  );
}

function Toggle({
  icon,
  on,
  onChange,
  children,
}: {
  icon: ReactNode;
  on: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}) {
  return (
    <ToggleButton className={styles.toggle} isSelected={on} onChange={onChange}>
      {icon}
      {children}
    </ToggleButton>
  );
}
