import { Ellipsis, MailPlus, Pencil, UserCheck, UserX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { Confirm } from "@/components/dialog/confirm";
import { Menu, MenuItem } from "@/components/menu/menu";
import { toast } from "@/components/toast/toasts";
import { rolesUpTo } from "@/features/team/api/roles";
import { useInvite, useSetDisabled } from "@/features/team/api/team-actions";
import type { Teammate } from "@/lib/api/types";
import { useCan, useSession } from "@/lib/desk/context";
import { EditTeammateDialog } from "./edit-teammate-dialog";

/** What the reader may do to this teammate; nothing is shown when that is nothing. */
export function TeammateActions({ teammate }: { teammate: Teammate }) {
  const { t } = useTranslation("team");
  const own = useSession().teammate;
  const mayManage = useCan("manage_team") && rolesUpTo(own.role).includes(teammate.role);
  const [open, setOpen] = useState<"edit" | "disable" | null>(null);
  const close = (): void => setOpen(null);
  const setDisabled = useSetDisabled(teammate, () => {
    close();
    toast(t(teammate.state === "disabled" ? "enable.done" : "disable.done", { name: teammate.name }));
  });
  const invite = useInvite(() => toast(t("invite.done", { email: teammate.email })));
  if (!mayManage) return null;
  const mayDisable = own.role === "admin" && teammate.id !== own.id;
  return (
    <>
      <Menu
        label={t("actionsOf", { name: teammate.name })}
        trigger={
          <IconButton label={t("actionsOf", { name: teammate.name })}>
            <Ellipsis size={20} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil size={17} aria-hidden />} onAction={() => setOpen("edit")}>
          {t("edit.action")}
        </MenuItem>
        {teammate.state === "invited" && (
          <MenuItem icon={<MailPlus size={17} aria-hidden />} onAction={() => invite.mutate(teammate)}>
            {t("invite.again")}
          </MenuItem>
        )}
        {mayDisable &&
          (teammate.state === "disabled" ? (
            <MenuItem icon={<UserCheck size={17} aria-hidden />} onAction={() => setDisabled.mutate(false)}>
              {t("enable.action")}
            </MenuItem>
          ) : (
            <MenuItem danger icon={<UserX size={17} aria-hidden />} onAction={() => setOpen("disable")}>
              {t("disable.action")}
            </MenuItem>
          ))}
      </Menu>
      {open === "edit" && <EditTeammateDialog teammate={teammate} onClose={close} />}
      <Confirm
        title={t("disable.title", { name: teammate.name })}
        action={t("disable.action")}
        danger
        isOpen={open === "disable"}
        isPending={setDisabled.isPending}
        error={setDisabled.error}
        onConfirm={() => setDisabled.mutate(true)}
        onClose={close}
      >
        {t("disable.text")}
      </Confirm>
    </>
  );
}
