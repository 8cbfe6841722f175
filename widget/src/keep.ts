/** What the browser remembers of the visitor; pages that forbid storage go without. */
const memory = new Map<string, string>();

export function kept(name: string): string {
  try {
    return localStorage.getItem(`frontdesk.${name}`) ?? "";
  } catch {
    return memory.get(name) ?? "";
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`frontdesk.${name}`, value);
  } catch {
    memory.set(name, value);
  }
}
