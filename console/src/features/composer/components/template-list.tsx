import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Chip } from "@/components/chip/chip";
import { SearchField } from "@/components/field/search-field";
import { Select } from "@/components/field/select";
import { searchTemplates, type Template } from "@/features/composer/api/templates";
import { currentLanguage } from "@/lib/i18n/i18n";
import { languageName } from "@/lib/i18n/language-name";
import styles from "./template.module.css";

type TemplateListProps = { templates: Template[]; onChoose: (template: Template) => void };

/** The templates that can be sent now; those the platform has not approved are counted only. */
export function TemplateList({ templates, onChoose }: TemplateListProps) {
  const { t } = useTranslation("composer");
  const [query, setQuery] = useState("");
  const [language, setLanguage] = useState("");
  const approved = useMemo(
    () => templates.filter(({ status, obstacle }) => status === "approved" && !obstacle),
    [templates],
  );
  const languages = useMemo(() => [...new Set(approved.map((each) => each.language))].toSorted(), [approved]);
  const found = searchTemplates(approved, query, language);
  const options = [
    { id: "", name: t("template.allLanguages") },
    ...languages.map((id) => ({ id, name: languageName(id, currentLanguage()) })),
  ];
  const waiting = templates.length - approved.length;
  return (
    <>
      <div className={styles.filters}>
        <SearchField label={t("template.search")} value={query} onChange={setQuery} />
        {languages.length > 1 && (
          <Select
            label={t("template.language")}
            hideLabel
            options={options}
            value={language}
            onChange={(chosen) => setLanguage(chosen)}
          />
        )}
      </div>
      <ul className={styles.list} aria-label={t("template.title")}>
        {found.map((template) => (
          <li key={`${template.name} ${template.language}`}>
            <button type="button" className={styles.choice} onClick={() => onChoose(template)}>
              <span className={styles.text}>
                <span className={styles.name}>
                  {template.name}
                  <Chip>{languageName(template.language, currentLanguage())}</Chip>
                </span>
                <span className={styles.body}>{template.body}</span>
              </span>
              <ChevronRight size={18} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className={styles.faint}>{t(approved.length > 0 ? "template.none" : "template.empty")}</p>
      )}
      {waiting > 0 && <p className={styles.faint}>{t("template.waiting", { count: waiting })}</p>}
    </>
  );
}
