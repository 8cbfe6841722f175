import { ChevronDown, Megaphone } from "lucide-react";
import { useState } from "react";
import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { InboxFilter } from "@/lib/live/conversations";
import { AdSources } from "./ad-sources";
import filters from "./filters.module.css";
import styles from "./ad-filter.module.css";

type AdFilterProps = { filter: InboxFilter; onChange: (change: Partial<InboxFilter>) => void };

/** Rules 11 and 12: customers who came from an ad, all of them or those of one. */
export function AdFilter({ filter, onChange }: AdFilterProps) {
  const { t } = useTranslation("inbox");
  const [isOpen, setOpen] = useState(false);
  const choose = (change: Pick<InboxFilter, "fromAd" | "adId">): void => {
    setOpen(false);
    onChange(change);
  };
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button
        className={filters.toggle}
        data-selected={filter.fromAd || undefined}
        aria-label={filter.fromAd ? t("ad.on") : t("ad.label")}
      >
        <Megaphone size={14} aria-hidden />
        {t("ad.short")}
        <ChevronDown size={14} aria-hidden />
      </Button>
      <Popover className={styles.popover} placement="bottom start" offset={6}>
        <Dialog aria-label={t("ad.label")} className={styles.dialog}>
          <AdSources filter={filter} onChoose={choose} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
