const UNITS = ["B", "kB", "MB", "GB"] as const;

/** "284 kB"; one digit after the point from a megabyte on. The units are written the same in all our languages. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 1 ? Math.round(value * 10) / 10 : Math.round(value)} ${UNITS[power]}`;
}

/** "0:14" */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
