import { MailQuestion } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Chip } from "@/components/chip/chip";

/** Whoever filled in the form may have typed somebody else's address. */
export function UnconfirmedAddress() {
  const { t } = useTranslation("thread");
  return (
    <span title={t("address.why")}>
      <Chip tone="brass" icon={<MailQuestion size={12} aria-hidden />}>
        {t("address.unconfirmed")}
      </Chip>
    </span>
  );
}
