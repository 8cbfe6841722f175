/** "繁體中文（台灣）" for "zh_TW"; the code itself where the browser knows no name. */
export function languageName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(code.replace("_", "-")) ?? code;
  } catch {
    return code;
  }
}
