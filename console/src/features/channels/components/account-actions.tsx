import { KeyRound, Plug, Stethoscope, Unplug } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Confirm } from "@/components/dialog/confirm";
import { toast } from "@/components/toast/toasts";
import { useCheck, useDisconnect } from "@/features/channels/api/account-actions";
import { FORMS } from "@/features/channels/api/channel-forms";
import type { ChannelAccount } from "@/lib/api/types";
import { CheckResult } from "./check-result";
import { CredentialsDialog } from "./credentials-dialog";
import styles from "./account-card.module.css";

type Open = "rotate" | "reconnect" | "disconnect" | null;

/** Everything that can be done with an account; a disconnected one can only come back. */
export function AccountActions({ account }: { account: ChannelAccount }) {
  const { t } = useTranslation("channels");
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const gone = account.state === "disconnected";
  return (
    <>
      {gone ? (
        <div className={styles.actions}>
          <Button size="s" icon={<Plug size={15} aria-hidden />} onPress={() => setOpen("reconnect")}>
            {t("reconnect.action")}
          </Button>
        </div>
      ) : (
        <Working account={account} onOpen={setOpen} />
      )}
      {(open === "rotate" || open === "reconnect") && (
        <CredentialsDialog account={account} purpose={open} onClose={close} />
      )}
      <Disconnect account={account} isOpen={open === "disconnect"} onClose={close} />
    </>
  );
}

function Working({ account, onOpen }: { account: ChannelAccount; onOpen: (open: Open) => void }) {
  const { t } = useTranslation("channels");
  const check = useCheck(account.id);
  return (
    <>
      <CheckResult check={check} />
      <div className={styles.actions}>
        {FORMS[account.channel].platform && (
          <Button
            size="s"
            icon={<Stethoscope size={15} aria-hidden />}
            isPending={check.isPending}
            onPress={() => check.mutate(undefined)}
          >
            {t("check.action")}
          </Button>
        )}
        <Button size="s" icon={<KeyRound size={15} aria-hidden />} onPress={() => onOpen("rotate")}>
          {t("rotate.action")}
        </Button>
        <Button size="s" look="quiet" icon={<Unplug size={15} aria-hidden />} onPress={() => onOpen("disconnect")}>
          {t("disconnect.action")}
        </Button>
      </div>
    </>
  );
}

function Disconnect({ account, isOpen, onClose }: { account: ChannelAccount; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation("channels");
  const disconnect = useDisconnect(account.id, () => {
    onClose();
    toast(t("disconnect.done", { name: account.name }));
  });
  return (
    <Confirm
      title={t("disconnect.title", { name: account.name })}
      action={t("disconnect.action")}
      danger
      isOpen={isOpen}
      isPending={disconnect.isPending}
      error={disconnect.error}
      onConfirm={() => disconnect.mutate(undefined)}
      onClose={onClose}
    >
      {t("disconnect.text")}
    </Confirm>
  );
}
