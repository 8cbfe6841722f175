// What tells the phones of the platforms apart.

import { line } from "./line.js";
import { messenger } from "./messenger.js";
import { whatsapp } from "./whatsapp.js";

/** By the name in addresses. */
export const channels = {
  line,
  facebook: messenger("Messenger", false),
  instagram: messenger("Instagram", true),
  whatsapp,
};

/** Whether what is written to the account arrives anywhere. */
export function isConnected(account) {
  return Boolean(account.webhook_url) && account.webhook_active;
}
