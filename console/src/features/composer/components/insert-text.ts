/** Puts text where the cursor is, so that the browser's own undo knows it; `onChange` for browsers that cannot. */
export function insertText(field: HTMLTextAreaElement, text: string, onChange: (value: string) => void): void {
  field.focus();
  if (document.execCommand?.("insertText", false, text)) return;
  const { selectionStart: start, selectionEnd: end, value } = field;
  onChange(value.slice(0, start) + text + value.slice(end));
  requestAnimationFrame(() => field.setSelectionRange(start + text.length, start + text.length));
}
