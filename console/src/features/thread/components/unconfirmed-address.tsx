import { MailQuestion } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Chip } from "@/components/chip/chip";

type UnconfirmedAddressProps = { /** Where words have no room: the sign alone. */ short?: boolean };

/** Whoever filled in the form may have typed somebody else's address. */
export function UnconfirmedAddress({ short = false }: UnconfirmedAddressProps) {
  const { t } = useTranslation("thread");
  return (
    <span title={t("address.why")}>
      <Chip tone="brass" icon={<MailQuestion size={12} aria-hidden />}>
        <span className={short ? "visually-hidden" : undefined}>{t("address.unconfirmed")}</span>
      </Chip>
    </span>
  );
}
