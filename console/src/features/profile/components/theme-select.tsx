import { useTranslation } from "react-i18next";
import { Select } from "@/components/field/select";
import { useStore } from "@/lib/store";
import { chooseTheme, THEMES, theme } from "@/lib/theme";

export function ThemeSelect() {
  const { t } = useTranslation("profile");
  return (
    <Select
      label={t("look.theme")}
      options={THEMES.map((id) => ({ id, name: t(`theme.${id}`) }))}
      value={useStore(theme)}
      onChange={chooseTheme}
    />
  );
}
