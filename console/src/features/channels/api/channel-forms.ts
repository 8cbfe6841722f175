import type { Channel } from "@/lib/api/types";

/** One credential of a channel; its words are `field.<name>` and `help.<name>`. */
export type CredentialField = {
  name: string;
  /** Not shown while it is typed. */
  secret?: true;
  optional?: true;
  /** Only for shops that have an app of their own at the platform. */
  ownApp?: true;
  /** Made up here, for the other side to be told; "replaceable" where the other side may have made one itself. */
  made?: "here" | "replaceable";
  /** One of a few values. */
  choices?: readonly string[];
};

type ChannelForm = {
  /** Whether there is a platform that has an id of its own for an account, and that can be asked about it. */
  platform: boolean;
  /** Whether the platform has a dialog that hands the credentials over. */
  dialog: boolean;
  fields: readonly CredentialField[];
};

const OWN_APP: readonly CredentialField[] = [
  { name: "app_secret", secret: true, optional: true, ownApp: true },
  { name: "verify_token", optional: true, ownApp: true, made: "here" },
];
const TOKEN: CredentialField = { name: "access_token", secret: true };
const HUMAN_AGENT: CredentialField = { name: "human_agent", optional: true, choices: ["approved"] };

/** What each channel asks for; the server checks it and names what is missing. */
export const FORMS: Record<Channel, ChannelForm> = {
  line: { platform: true, dialog: false, fields: [{ name: "channel_secret", secret: true }, TOKEN] },
  facebook: { platform: true, dialog: true, fields: [TOKEN, HUMAN_AGENT, ...OWN_APP] },
  instagram: {
    platform: true,
    dialog: true,
    fields: [TOKEN, { name: "login", optional: true, choices: ["instagram"] }, HUMAN_AGENT, ...OWN_APP],
  },
  whatsapp: { platform: true, dialog: true, fields: [{ name: "business_account_id" }, TOKEN, ...OWN_APP] },
  web: { platform: false, dialog: false, fields: [{ name: "widget_secret", made: "here" }] },
  order: {
    platform: false,
    dialog: false,
    fields: [
      { name: "webhook_secret", made: "replaceable" },
      { name: "answer_url", optional: true },
    ],
  },
};

export type Credentials = Record<string, string>;

const SECRET_BYTES = 32;

/** Something nobody guesses, written as Standard Webhooks' libraries read it; the prefix counts as part of it elsewhere. */
export function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `whsec_${btoa(String.fromCodePoint(...bytes))}`;
}

/** Something nobody guesses, of characters that go into any form. */
export const makeToken = (): string =>
  makeSecret().slice("whsec_".length).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export const make = ({ made }: CredentialField): string => (made === "replaceable" ? makeSecret() : makeToken());

/** How a form begins: what is made up here is there. */
export const emptyCredentials = (channel: Channel): Credentials =>
  Object.fromEntries(
    FORMS[channel].fields.map((field) => [field.name, field.made && !field.ownApp ? make(field) : ""]),
  );

export const areComplete = (channel: Channel, value: Credentials): boolean =>
  FORMS[channel].fields.every(({ name, optional }) => optional || (value[name] ?? "").trim() !== "");

/** Without what was left empty. */
export const given = (value: Credentials): Credentials =>
  Object.fromEntries(
    Object.entries(value)
      .map(([name, text]) => [name, text.trim()] as const)
      .filter(([, text]) => text !== ""),
  );

/** Of those that show what is wrong with them; what is made up here is not the person's mistake. */
export const fieldNames = (channel: Channel): string[] =>
  FORMS[channel].fields.filter(({ made }) => made !== "here").map(({ name }) => `credentials.${name}`);

/** What the other side has to be told, for it is not shown again. */
export const toTell = (channel: Channel, value: Credentials): [name: string, secret: string][] =>
  FORMS[channel].fields
    .filter(({ made }) => made)
    .map(({ name }): [string, string] => [name, (value[name] ?? "").trim()])
    .filter(([, secret]) => secret !== "");
