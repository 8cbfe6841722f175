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
import { useUpdateTeammate } from "@/features/team/api/team-actions";
import type { Teammate } from "@/lib/api/types";
import { RoleSelect } from "./role-select";

/** Rule 107. */
export function EditTeammateDialog({ teammate, onClose }: { teammate: Teammate; onClose: () => void }) {
  const { t } = useTranslation(["team", "common"]);
  const [name, setName] = useState(teammate.name);
  const [phone, setPhone] = useState(teammate.phone);
  const [role, setRole] = useState(teammate.role);
  const update = useUpdateTeammate(teammate.id, () => {
    toast(t("edit.done"));
    onClose();
  });
  const submit = (): void => {
    if (!name.trim()) return;
    update.mutate({ name: name.trim(), phone: phone.trim(), ...(role !== teammate.role && { role }) });
  };
  return (
    <Dialog title={t("edit.title", { name: teammate.name })} isOpen onClose={onClose}>
      <Form onSubmit={submit}>
        <FormError error={update.error} fields={["name", "phone", "role"]} />
        <TextField label={t("name")} value={name} onChange={setName} error={fieldError(update.error, "name")} />
        <TextField
          label={t("phone")}
          type="tel"
          value={phone}
          onChange={setPhone}
          error={fieldError(update.error, "phone")}
        />
        <RoleSelect value={role} onChange={setRole} error={fieldError(update.error, "role")} />
        <FormFooter>
          <Button onPress={onClose}>{t("common:action.cancel")}</Button>
          <Button type="submit" look="primary" isPending={update.isPending} isDisabled={!name.trim()}>
            {t("common:action.save")}
          </Button>
        </FormFooter>
      </Form>
    </Dialog>
  );
}
