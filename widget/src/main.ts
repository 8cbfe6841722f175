import { deskOf, optionsOf, type Options } from "./options.ts";
import { Widget } from "./widget.ts";

declare global {
  interface Window {
    Frontdesk?: {
      open(): void;
      close(): void;
      /** The page changed without loading: another product, somebody signed in ("" signs out). */
      update(changed: Partial<Options>): void;
    };
  }
}

const script = document.currentScript;

function start(): void {
  if (!(script instanceof HTMLScriptElement) || window.Frontdesk) return;
  const options = optionsOf(script);
  if (!options.account) {
    // oxlint-disable-next-line no-console -- the shop's developer looks here
    console.error("Frontdesk: the script needs data-account, the id of the channel account.");
    return;
  }
  const widget = new Widget(deskOf(script), options);
  window.Frontdesk = {
    open: () => void widget.open(),
    close: () => widget.close(),
    update: (changed) => widget.update(changed),
  };
}

if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);
