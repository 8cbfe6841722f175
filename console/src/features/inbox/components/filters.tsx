import type { ReactNode } from "react";
import { ToggleButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Select } from "@/components/field/select";
import { SHOP_CHANNELS } from "@/features/inbox/api/filter";
import type { InboxFilter } from "@/lib/live/conversations";
import { AdFilter } from "./ad-filter";
import styles from "./filters.module.css";

type FiltersProps = { filter: InboxFilter; onChange: (change: Partial<InboxFilter>) => void };

/** Rules 3, 11 and 25: mine, unread, from an ad, one channel. */
export function Filters({ filter, onChange }: FiltersProps) {
  const { t } = useTranslation(["inbox", "common"]);
  const channels = [
    { id: "all" as const, name: t("allChannels") },
    ...SHOP_CHANNELS.map((id) => ({ id, name: t(`common:channel.${id}`) })),
  ];
  return (
    <div className={styles.filters} role="group" aria-label={t("filterLabel")}>
      <Toggle on={filter.assignee === "me"} onChange={(on) => onChange({ assignee: on ? "me" : "" })}>
        {t("mine")}
      </Toggle>
      <Toggle on={filter.unread} onChange={(unread) => onChange({ unread })}>
        {t("unread")}
      </Toggle>
      {filter.tab === "shop" && (
        <>
          <AdFilter filter={filter} onChange={onChange} />
          <div className={styles.channel}>
            <Select
              label={t("channelLabel")}
              hideLabel
              size="s"
              options={channels}
              value={filter.channel || "all"}
              onChange={(channel) => onChange({ channel: channel === "all" ? "" : channel, accountId: "" })}
            />
          </div>
        </>
      )}
    </div>
  );
}

type ToggleProps = { on: boolean; onChange: (on: boolean) => void; children: ReactNode };

function Toggle({ on, onChange, children }: ToggleProps) {
  return (
    <ToggleButton className={styles.toggle} isSelected={on} onChange={onChange}>
      {children}
    </ToggleButton>
  );
}
