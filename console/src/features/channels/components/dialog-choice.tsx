import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { FormError } from "@/components/form/form-error";
import { useStartConnection } from "@/features/channels/api/connections";
import type { Channel } from "@/lib/api/types";
import styles from "./connect.module.css";

/** The easy way: the platform asks the person, and hands the credentials over itself. */
export function DialogChoice({ channel }: { channel: Channel }) {
  const { t } = useTranslation(["channels", "common"]);
  const start = useStartConnection();
  return (
    <div className={styles.easy}>
      <FormError error={start.error} />
      <Button
        look="primary"
        wide
        icon={<ExternalLink size={17} aria-hidden />}
        isPending={start.isPending || start.isSuccess}
        onPress={() => start.mutate(channel)}
      >
        {t("wizard.dialog", { channel: t(`common:channel.${channel}`) })}
      </Button>
      <p className={styles.or}>{t("wizard.or")}</p>
    </div>
  );
}
