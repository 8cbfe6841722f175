import { KeyRound, Stethoscope, Unplug } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Confirm } from "@/components/dialog/confirm";
import { toast } from "@/components/toast/toasts";
import { useCheck, useDisconnect } from "@/features/channels/api/account-actions";
import type { ChannelAccount } from "@/lib/api/types";
import { CheckResult } from "./check-result";
import { RotateDialog } from "./rotate-dialog";
import styles from "./account-card.module.css";

export function AccountActions({ account }: { account: ChannelAccount }) {
  const { t } = useTranslation("channels");
  const [open, setOpen] = useState<"rotate" | "disconnect" | null>(null);
  const close = (): void => setOpen(null);
  const check = useCheck(account.id);
  const disconnect = useDisconnect(account.id, () => {
    close();
    toast(t("disconnect.done", { name: account.name }));
  });
  return (
    <>
      <CheckResult check={check} />
      <div className={styles.actions}>
        <Button
          size="s"
          icon={<Stethoscope size={15} aria-hidden />}
          isPending={check.isPending}
          onPress={() => check.mutate(undefined)}
        >
          {t("check.action")}
        </Button>
        <Button size="s" icon={<KeyRound size={15} aria-hidden />} onPress={() => setOpen("rotate")}>
          {t("rotate.action")}
        </Button>
        <Button size="s" look="quiet" icon={<Unplug size={15} aria-hidden />} onPress={() => setOpen("disconnect")}>
          {t("disconnect.action")}
        </Button>
      </div>
      {open === "rotate" && <RotateDialog account={account} onClose={close} />}
      <Confirm
        title={t("disconnect.title", { name: account.name })}
        action={t("disconnect.action")}
        danger
        isOpen={open === "disconnect"}
        isPending={disconnect.isPending}
        error={disconnect.error}
        onConfirm={() => disconnect.mutate(undefined)}
        onClose={close}
      >
        {t("disconnect.text")}
      </Confirm>
    </>
  );
}
