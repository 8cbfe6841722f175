import { useTranslation } from "react-i18next";
import { Select } from "@/components/field/select";
import { chooseLanguage, currentLanguage } from "@/lib/i18n/i18n";
import { LANGUAGE_NAMES, LANGUAGES } from "@/lib/i18n/languages";

const OPTIONS = LANGUAGES.map((id) => ({ id, name: LANGUAGE_NAMES[id] }));

export function LanguageSelect({ labelled = false }: { labelled?: boolean }) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("language")}
      hideLabel={!labelled}
      size={labelled ? "m" : "s"}
      options={OPTIONS}
      value={currentLanguage()}
      onChange={(language) => void chooseLanguage(language)}
    />
  );
}
