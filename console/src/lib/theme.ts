import { browserStorage } from "@/lib/storage";
import { Store } from "@/lib/store";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const SLOT = "frontdesk.theme";
const stored = browserStorage.get(SLOT);

export const theme = new Store<Theme>(THEMES.includes(stored as Theme) ? (stored as Theme) : "system");

export function startTheme(): void {
  const show = (): void => {
    const chosen = theme.get();
    if (chosen === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = chosen;
  };
  theme.subscribe(show);
  show();
}

export function chooseTheme(chosen: Theme): void {
  browserStorage.set(SLOT, chosen);
  theme.set(chosen);
}
