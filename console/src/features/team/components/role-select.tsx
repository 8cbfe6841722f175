import { useTranslation } from "react-i18next";
import { Select } from "@/components/field/select";
import { rolesUpTo } from "@/features/team/api/roles";
import type { Role } from "@/lib/api/types";
import { useSession } from "@/lib/desk/context";

type RoleSelectProps = {
  value: Role;
  onChange: (role: Role) => void;
  isDisabled?: boolean;
  error?: string | undefined;
};

export function RoleSelect({ value, onChange, isDisabled, error }: RoleSelectProps) {
  const { t } = useTranslation(["team", "common"]);
  const { teammate } = useSession();
  const options = rolesUpTo(teammate.role).map((id) => ({
    id,
    name: t(`common:role.${id}`),
    help: t(`roleHelp.${id}`),
  }));
  return (
    <Select
      label={t("role")}
      options={options}
      value={value}
      onChange={onChange}
      error={error}
      {...(isDisabled ? { isDisabled } : {})}
    />
  );
}
