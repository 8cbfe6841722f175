/** An address from outside that may become a link: http and https only, written out whole; "" for everything else. */
export function webAddress(text: string | null | undefined): string {
  const url = text ? URL.parse(text.trim()) : null;
  return url && (url.protocol === "https:" || url.protocol === "http:") ? url.href : "";
}

/** The same for a file: the desk's own lie below its own address. */
export const fileAddress = (text: string | null | undefined): string =>
  text && /^\/[\w-]/.test(text) ? text : webAddress(text);
