import { i18n } from "@/lib/i18n/i18n";

/** Why an event was refused or parked; a code we have no words for as it is, for it is for experts. */
export function reasonText(reason: string | null): string {
  const key = `ledger:reason.${reason}`;
  return reason && i18n.exists(key) ? i18n.t(key as "ledger:title") : (reason ?? "");
}
