import { SendHorizontal } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { FormFooter } from "@/components/dialog/form-footer";
import { TextField } from "@/components/field/text-field";
import { Form } from "@/components/form/form";
import {
  choose,
  isFilled,
  NO_VALUES,
  readable,
  type Template,
  type TemplatePart,
  type Values,
} from "@/features/composer/api/templates";
import type { TemplateChoice } from "@/lib/api/types";
import { TemplatePreview } from "./template-preview";

type TemplateFormProps = {
  template: Template;
  onBack: () => void;
  onSend: (template: TemplateChoice, text: string) => void;
};

/** The message as it grows, and below it a field for each variable. */
export function TemplateForm({ template, onBack, onSend }: TemplateFormProps) {
  const { t } = useTranslation(["composer", "common"]);
  const [values, setValues] = useState<Values>(NO_VALUES);
  const ready = isFilled(template, values);
  const put = (part: TemplatePart, index: number, value: string): void =>
    setValues((before) => {
      const next = [...before[part]];
      next[index] = value;
      return { ...before, [part]: next };
    });
  const send = (): void => {
    if (ready) onSend(choose(template, values), readable(template, values));
  };
  return (
    <Form onSubmit={send}>
      <TemplatePreview template={template} values={values} />
      {template.variables.map(({ component, index, example, kind }, place) => (
        <TextField
          key={`${component} ${index}`}
          label={
            kind && kind !== "text"
              ? t("template.variable.media")
              : t(`template.variable.${component}`, { number: index + 1 })
          }
          {...(example && { help: t("template.example", { example }) })}
          value={values[component][index] ?? ""}
          onChange={(value) => put(component, index, value)}
          autoFocus={place === 0}
          isRequired
        />
      ))}
      <FormFooter>
        <Button onPress={onBack}>{t("common:action.back")}</Button>
        <Button type="submit" look="primary" icon={<SendHorizontal size={16} aria-hidden />} isDisabled={!ready}>
          {t("template.send")}
        </Button>
      </FormFooter>
    </Form>
  );
}
