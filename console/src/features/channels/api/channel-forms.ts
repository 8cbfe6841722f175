import type { Channel } from "@/lib/api/types";

/** One credential of a channel; its words are `field.<name>` and `help.<name>`. */
export type CredentialField = {
  name: string;
  /** Not shown while it is typed. */
  secret?: true;
  optional?: true;
  /** Only for shops that have an app of their own at the platform. */
  ownApp?: true;
  /** Made up here, for the other side to be told. */
  generated?: true;
  /** One of a few values. */
  choices?: readonly string[];
};

type ChannelForm = {
  /** Whether the platform has an id of its own for an account. */
  providerId: boolean;
  /** Whether the platform has a dialog that hands the credentials over. */
  dialog: boolean;
  fields: readonly CredentialField[];
};

const OWN_APP: readonly CredentialField[] = [
  { name: "app_secret", secret: true, optional: true, ownApp: true },
  { name: "verify_token", optional: true, ownApp: true, generated: true },
];
const TOKEN: CredentialField = { name: "access_token", secret: true };
const HUMAN_AGENT: CredentialField = { name: "human_agent", optional: true, choices: ["approved"] };

/** What each channel asks for; the server checks it and names what is missing. */
export const FORMS: Record<Channel, ChannelForm> = {
  line: { providerId: true, dialog: false, fields: [{ name: "channel_secret", secret: true }, TOKEN] },
  facebook: { providerId: true, dialog: true, fields: [TOKEN, HUMAN_AGENT, ...OWN_APP] },
  instagram: {
    providerId: true,
    dialog: true,
    fields: [TOKEN, { name: "login", optional: true, choices: ["instagram"] }, HUMAN_AGENT, ...OWN_APP],
  },
  whatsapp: { providerId: true, dialog: true, fields: [{ name: "business_account_id" }, TOKEN, ...OWN_APP] },
  web: { providerId: false, dialog: false, fields: [{ name: "widget_secret", secret: true, generated: true }] },
  order: {
    providerId: false,
    dialog: false,
    fields: [
      { name: "kind", choices: ["shopify", "woocommerce", "generic"] },
      { name: "webhook_secret", secret: true },
      { name: "answer_url", optional: true },
    ],
  },
};

export type Credentials = Record<string, string>;

const SECRET_BYTES = 32;

/** Something nobody guesses, of characters that go into any form. */
export function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

const begin = ({ generated, choices, optional, ownApp }: CredentialField): string => {
  if (generated && !ownApp) return makeSecret();
  return choices && !optional ? (choices[0] ?? "") : "";
};

/** How a form begins: what is made up here is there, and the first of what has to be chosen. */
export const emptyCredentials = (channel: Channel): Credentials =>
  Object.fromEntries(FORMS[channel].fields.map((field) => [field.name, begin(field)]));

export const areComplete = (channel: Channel, value: Credentials): boolean =>
  FORMS[channel].fields.every(({ name, optional }) => optional || (value[name] ?? "").trim() !== "");

/** Without what was left empty. */
export const given = (value: Credentials): Credentials =>
  Object.fromEntries(
    Object.entries(value)
      .map(([name, text]) => [name, text.trim()] as const)
      .filter(([, text]) => text !== ""),
  );

export const fieldNames = (channel: Channel): string[] =>
  FORMS[channel].fields.map(({ name }) => `credentials.${name}`);
