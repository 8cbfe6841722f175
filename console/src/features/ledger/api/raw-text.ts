/** The bytes of base64; an empty array for what is none. */
export function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
  } catch {
    return new Uint8Array();
  }
}

/** JSON with one field a line; null where the bytes are no JSON in UTF-8. */
export function prettyJson(bytes: Uint8Array): string | null {
  try {
    return JSON.stringify(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)), null, 2);
  } catch {
    return null;
  }
}

const LINE_BYTES = 16;
const PRINTABLE = /[\x20-\x7e]/;

/** As programmers read bytes: the place, sixteen of them, and what they are in ASCII. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += LINE_BYTES) {
    const part = Array.from(bytes.subarray(start, start + LINE_BYTES));
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((byte) => String.fromCodePoint(byte)).map((each) => (PRINTABLE.test(each) ? each : "."));
    lines.push(`${start.toString(16).padStart(8, "0")}  ${hex.padEnd(LINE_BYTES * 3 - 1)}  ${text.join("")}`);
  }
  return lines.join("\n");
}
