import { CircleCheck, Stethoscope } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { Note } from "@/components/feedback/note";
import { CopyField } from "@/components/field/copy-field";
import { useCheck } from "@/features/channels/api/account-actions";
import { type Credentials, FORMS, toTell } from "@/features/channels/api/channel-forms";
import { useAccount } from "@/features/channels/api/use-accounts";
import type { ChannelAccount } from "@/lib/api/types";
import { CheckResult } from "./check-result";
import { words } from "./credential-fields";
import { TakeAlong } from "./take-along";
import { WebhookProblem } from "./webhook-problem";

type ConnectedStepProps = { account: ChannelAccount; credentials: Credentials; onClose: () => void };

/** The other half of connecting happens at the other side: here is what to take there. */
export function ConnectedStep({ account: made, credentials, onClose }: ConnectedStepProps) {
  const { t } = useTranslation(["channels", "common"]);
  const account = useAccount(made.id) ?? made;
  const check = useCheck(account.id);
  const secrets = toTell(account.channel, credentials);
  const ownApp = FORMS[account.channel].fields.some(({ name, ownApp: own }) => own && credentials[name]?.trim());
  return (
    <Dialog title={t("connected.title")} isOpen onClose={onClose}>
      <Note tone="good" icon={<CircleCheck size={17} aria-hidden />}>
        {t("connected.done", { name: account.name })}
      </Note>
      {account.health?.webhook_problem ? (
        <WebhookProblem account={account} />
      ) : (
        <p>{words("help", ownApp ? "own_connected" : "connected", account.channel)}</p>
      )}
      <TakeAlong account={account} />
      {secrets.map(([name, secret]) => (
        <CopyField key={name} label={words("field", name, account.channel)} value={secret} />
      ))}
      {secrets.length > 0 && <p>{t("connected.once")}</p>}
      <CheckResult check={check} />
      <FormFooter>
        {FORMS[account.channel].platform && (
          <Button
            icon={<Stethoscope size={16} aria-hidden />}
            isPending={check.isPending}
            onPress={() => check.mutate(undefined)}
          >
            {t("check.action")}
          </Button>
        )}
        <Button look="primary" onPress={onClose}>
          {t("connected.close")}
        </Button>
      </FormFooter>
    </Dialog>
  );
}
