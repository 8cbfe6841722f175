import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { TextField } from "@/components/field/text-field";
import { Form } from "@/components/form/form";
import { FormError } from "@/components/form/form-error";
import { fieldError } from "@/components/form/field-error";
import { toast } from "@/components/toast/toasts";
import { useUpdateTeammate } from "@/features/team/api/team-actions";
import { useSession } from "@/lib/desk/context";
import { refreshMe } from "@/lib/session/me";
import styles from "./profile-page.module.css";

export function OwnDataForm() {
  const { t } = useTranslation(["profile", "common"]);
  const { teammate } = useSession();
  const [name, setName] = useState(teammate.name);
  const [phone, setPhone] = useState(teammate.phone);
  const update = useUpdateTeammate(teammate.id, () => {
    toast(t("own.saved"));
    void refreshMe();
  });
  const changed = name.trim() !== teammate.name || phone.trim() !== teammate.phone;
  return (
    <Form onSubmit={() => changed && name.trim() && update.mutate({ name: name.trim(), phone: phone.trim() })}>
      <FormError error={update.error} fields={["name", "phone"]} />
      <div className={styles.pair}>
        <TextField
          label={t("own.name")}
          autoComplete="name"
          value={name}
          onChange={setName}
          error={fieldError(update.error, "name")}
        />
        <TextField
          label={t("own.phone")}
          type="tel"
          autoComplete="tel"
          value={phone}
          onChange={setPhone}
          error={fieldError(update.error, "phone")}
        />
      </div>
      <TextField label={t("own.email")} value={teammate.email} isDisabled help={t("own.emailHelp")} />
      <div>
        <Button type="submit" look="primary" isPending={update.isPending} isDisabled={!changed || !name.trim()}>
          {t("common:action.save")}
        </Button>
      </div>
    </Form>
  );
}
