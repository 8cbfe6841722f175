import { i18n } from "@/lib/i18n/i18n";

/** A code we have no words for is shown as it is: whoever reads the ledger can look it up. */
function words(kind: "kind" | "reason", code: string | null): string {
  const key = `ledger:${kind}.${code}`;
  return code && i18n.exists(key) ? i18n.t(key as "ledger:title") : (code ?? "");
}

/** Why an event was refused or parked. */
export const reasonText = (reason: string | null): string => words("reason", reason);

/** What an event means. */
export const kindText = (kind: string | null): string => words("kind", kind);
