import { CircleCheck, Stethoscope } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Note } from "@/components/feedback/note";
import { CopyField } from "@/components/field/copy-field";
import { useCheck } from "@/features/channels/api/account-actions";
import type { ChannelAccount } from "@/lib/api/types";
import { CheckResult } from "./check-result";
import { words } from "./credential-fields";

type ConnectedStepProps = { account: ChannelAccount; /** "" without one. */ verifyToken: string; onClose: () => void };

/** The other half of connecting happens at the platform: here is what to take there. */
export function ConnectedStep({ account, verifyToken, onClose }: ConnectedStepProps) {
  const { t } = useTranslation(["channels", "common"]);
  const check = useCheck(account.id);
  return (
    <Dialog title={t("connected.title")} isOpen onClose={onClose}>
      <Note tone="good" icon={<CircleCheck size={17} aria-hidden />}>
        {t("connected.done", { name: account.name })}
      </Note>
      <p>{words("help", "connected", account.channel)}</p>
      <CopyField label={t("webhook")} value={account.webhook_url} />
      {verifyToken && <CopyField label={t("field.verify_token")} value={verifyToken} />}
      <CheckResult check={check} />
      <FormFooter>
        <Button
          icon={<Stethoscope size={16} aria-hidden />}
          isPending={check.isPending}
          onPress={() => check.mutate(undefined)}
        >
          {t("check.action")}
        </Button>
        <Button look="primary" onPress={onClose}>
          {t("connected.close")}
        </Button>
      </FormFooter>
    </Dialog>
  );
}
