import { useTranslation } from "react-i18next";
import { isMediaHeader, pieces, type Template, type Values } from "@/features/composer/api/templates";
import styles from "./template.module.css";

/** The message as the customer will see it; what is still to be filled in stands out. */
export function TemplatePreview({ template, values }: { template: Template; values: Values }) {
  const { t } = useTranslation("composer");
  const { header, body, footer, buttons } = template;
  return (
    <figure className={styles.preview}>
      <figcaption className={styles.caption}>{t("template.preview")}</figcaption>
      <div className={styles.bubble}>
        {header && (
          <p className={styles.header}>
            {isMediaHeader(header) ? t("template.mediaHeader") : <Filled text={header} values={values.header} />}
          </p>
        )}
        <p>
          <Filled text={body} values={values.body} />
        </p>
        {footer && <p className={styles.footer}>{footer}</p>}
      </div>
      {buttons.length > 0 && (
        <ul className={styles.buttons}>
          {buttons.map((button) => (
            <li key={`${button.kind} ${button.text}`}>{button.text}</li>
          ))}
        </ul>
      )}
    </figure>
  );
}

function Filled({ text, values }: { text: string; values: string[] }) {
  return pieces(text).map(({ text: piece, index }, place) => {
    // Pieces of one text never change places.
    const key = `${place} ${index}`;
    if (index === null) return <span key={key}>{piece}</span>;
    const value = values[index];
    return (
      <mark key={key} className={value ? styles.filled : styles.open}>
        {value || piece}
      </mark>
    );
  });
}
