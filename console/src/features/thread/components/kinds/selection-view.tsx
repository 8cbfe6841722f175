import { MousePointerClick } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/lib/api/types";
import styles from "./kinds.module.css";

/** A button, a list's row or a menu that the customer chose, and a form they filled in. */
export function SelectionView({ message: { text, details } }: { message: Message }) {
  const { t } = useTranslation(["thread", "common"]);
  const { selection } = details;
  const fields = formFields(selection?.form_json);
  return (
    <div className={styles.stack}>
      <p className={styles.label}>
        <MousePointerClick size={15} aria-hidden />
        {t(fields.length > 0 ? "selection.form" : "selection.chose")}
      </p>
      <p className={styles.chosen}>{text || selection?.title || t("common:messageType.postback")}</p>
      {selection?.description && <p className={styles.faint}>{selection.description}</p>}
      {fields.length > 0 && (
        <dl className={styles.fields}>
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** What a form holds, in its order; the token that belongs to the platform is nobody's business. */
function formFields(json: string | undefined): [string, string][] {
  if (!json) return [];
  try {
    const form: unknown = JSON.parse(json);
    if (typeof form !== "object" || form === null) return [];
    return Object.entries(form)
      .filter(([name]) => name !== "flow_token")
      .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  } catch {
    return [];
  }
}
