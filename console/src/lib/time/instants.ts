/**
 * RFC 3339 UTC to text that sorts as time does. Servers leave out a fraction of zero and write as many digits as
 * they like, so the bare strings do not sort.
 */
export function sortableInstant(instant: string): string {
  const [, seconds = instant, fraction = ""] = /^(.{19})(?:\.(\d+))?/.exec(instant) ?? [];
  return `${seconds}.${fraction.padEnd(9, "0")}`;
}
