import { CheckCheck, Inbox, SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Message } from "@/components/feedback/message";
import { isNarrow, WIDE } from "@/features/inbox/api/filter";
import type { InboxFilter } from "@/lib/live/conversations";

type EmptyListProps = { filter: InboxFilter; onChange: (change: Partial<InboxFilter>) => void };

/** Nothing to show: because all is done, or because the filter is narrow. */
export function EmptyList({ filter, onChange }: EmptyListProps) {
  const { t } = useTranslation("inbox");
  if (isNarrow(filter)) {
    return (
      <Message
        icon={<SearchX size={24} aria-hidden />}
        title={t("empty.filtered")}
        action={
          <Button size="s" onPress={() => onChange(WIDE)}>
            {t("empty.clear")}
          </Button>
        }
      />
    );
  }
  const Icon = filter.status === "open" ? CheckCheck : Inbox;
  return (
    <Message
      icon={<Icon size={24} aria-hidden />}
      title={t(`empty.${filter.status}`)}
      text={t(`empty.${filter.status}Text`)}
    />
  );
}
