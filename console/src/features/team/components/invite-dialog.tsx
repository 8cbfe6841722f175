import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/dialog/dialog";
import { FormFooter } from "@/components/dialog/form-footer";
import { TextField } from "@/components/field/text-field";
import { Form } from "@/components/form/form";
import { FormError } from "@/components/form/form-error";
import { fieldError } from "@/components/form/field-error";
import { toast } from "@/components/toast/toasts";
import { useInvite } from "@/features/team/api/team-actions";
import type { Role } from "@/lib/api/types";
import { RoleSelect } from "./role-select";

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["team", "common"]);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("cs_agent");
  const invite = useInvite(() => {
    toast(t("invite.done", { email }));
    onClose();
  });
  const ready = email.includes("@") && name.trim() !== "";
  return (
    <Dialog title={t("invite.title")} isOpen onClose={onClose}>
      <Form onSubmit={() => ready && invite.mutate({ email: email.trim(), name: name.trim(), role })}>
        <FormError error={invite.error} fields={["email", "name", "role"]} />
        <TextField
          label={t("email")}
          type="email"
          autoFocus
          value={email}
          onChange={setEmail}
          help={t("invite.help")}
          error={fieldError(invite.error, "email")}
        />
        <TextField label={t("name")} value={name} onChange={setName} error={fieldError(invite.error, "name")} />
        <RoleSelect value={role} onChange={setRole} error={fieldError(invite.error, "role")} />
        <FormFooter>
          <Button onPress={onClose}>{t("common:action.cancel")}</Button>
          <Button type="submit" look="primary" isPending={invite.isPending} isDisabled={!ready}>
            {t("invite.send")}
          </Button>
        </FormFooter>
      </Form>
    </Dialog>
  );
}
