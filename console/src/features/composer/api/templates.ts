import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { TemplateChoice } from "@/lib/api/types";
import { keys } from "@/lib/desk/keys";

export type TemplatePart = "header" | "body" | "buttons";
/** kind: "text", or what the address given as value holds. */
export type TemplateVariable = {
  component: TemplatePart;
  index: number;
  example: string;
  name?: string;
  kind?: string;
};
export type Template = {
  name: string;
  language: string;
  status: "approved" | "pending" | "rejected" | "paused" | "disabled";
  category: string;
  /** Texts with their variables as {{1}} or {{name}}; a header that is no text holds its kind, like IMAGE. */
  header: string;
  body: string;
  footer: string;
  buttons: { kind?: string; text: string; url?: string }[];
  variables: TemplateVariable[];
  /** Why it cannot be sent from here. */
  obstacle?: string | null;
};
type TemplatePage = { templates: Template[]; next_page_token: string | null };

async function readTemplates(accountId: string, signal: AbortSignal): Promise<Template[]> {
  const all: Template[] = [];
  let token: string | null = "";
  while (token !== null) {
    const page: TemplatePage = await api(`/channel-accounts/${encodeURIComponent(accountId)}/templates`, {
      query: { page_token: token },
      signal,
    });
    all.push(...page.templates);
    token = page.next_page_token || null;
  }
  return all;
}

export const useTemplates = (accountId: string) =>
  useQuery({ queryKey: keys.templates(accountId), queryFn: ({ signal }) => readTemplates(accountId, signal) });

const VARIABLE = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** A text cut at its variables; `index` is the variable's place among those of its part. */
export type Piece = { text: string; index: number | null };

export function pieces(text: string): Piece[] {
  const names = [...new Set([...text.matchAll(VARIABLE)].map(([, name = ""]) => name))];
  if (names.every((name) => /^\d+$/.test(name))) names.sort((a, b) => Number(a) - Number(b));
  const found: Piece[] = [];
  let position = 0;
  for (const match of text.matchAll(VARIABLE)) {
    found.push({ text: text.slice(position, match.index), index: null });
    found.push({ text: match[0], index: names.indexOf(match[1] ?? "") });
    position = match.index + match[0].length;
  }
  return [...found, { text: text.slice(position), index: null }].filter((piece) => piece.text !== "");
}

export type Values = Record<TemplatePart, string[]>;
export const NO_VALUES: Values = { header: [], body: [], buttons: [] };

export const fill = (text: string, values: string[]): string =>
  pieces(text)
    .map(({ text: piece, index }) => (index === null ? piece : values[index] || piece))
    .join("");

/** A header that shows a file instead of words. */
export const isMediaHeader = (header: string): boolean => /^(IMAGE|VIDEO|DOCUMENT|LOCATION)$/.test(header);

/** What the customer will read, header to footer. */
export function readable(template: Template, values: Values): string {
  const header = isMediaHeader(template.header) ? "" : fill(template.header, values.header);
  return [header, fill(template.body, values.body), template.footer].filter(Boolean).join("\n\n");
}

export const isFilled = ({ variables }: Template, values: Values): boolean =>
  variables.every(({ component, index }) => (values[component][index] ?? "").trim() !== "");

export function choose(template: Template, values: Values): TemplateChoice {
  const of = (part: TemplatePart): string[] =>
    template.variables
      .filter(({ component }) => component === part)
      .map(({ index }) => (values[part][index] ?? "").trim());
  const parts = (["header", "body", "buttons"] as const).filter((part) => of(part).length > 0);
  return {
    name: template.name,
    language: template.language,
    variables: Object.fromEntries(parts.map((part) => [part, of(part)])),
  };
}

/** By name and words, in one language or all. */
export function searchTemplates(templates: Template[], query: string, language: string): Template[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return templates.filter((each) => {
    const text = `${each.name} ${each.header} ${each.body} ${each.footer}`.toLowerCase();
    return (language === "" || each.language === language) && words.every((word) => text.includes(word));
  });
}
