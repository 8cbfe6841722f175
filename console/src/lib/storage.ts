/**
 * This tab's memory: it survives a reload, and another tab does not see it. Where the browser denies it (private
 * modes, a full quota) values live as long as the page.
 */
const fallback = new Map<string, string>();

export const tabStorage = {
  get(key: string): string | null {
    try {
      return sessionStorage.getItem(key) ?? fallback.get(key) ?? null;
    } catch {
      return fallback.get(key) ?? null;
    }
  },
  set(key: string, value: string): void {
    try {
      sessionStorage.setItem(key, value);
      fallback.delete(key);
    } catch {
      fallback.set(key, value);
    }
  },
  remove(key: string): void {
    fallback.delete(key);
    try {
      sessionStorage.removeItem(key);
    } catch {
      // Denied storage holds nothing to remove.
    }
  },
};

/** Choices of this browser, shared by its tabs: language, theme, shortcuts. */
export const browserStorage = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key: string, value: string): void {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Denied storage: the choice lasts as long as the page.
    }
  },
};
