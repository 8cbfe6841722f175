/** An address from outside that may become a link: http and https only, written out whole; "" for everything else. */
export function webAddress(text: string | null | undefined): string {
  // URL.parse is younger than the oldest browsers the console is built for.
  if (!text || !URL.canParse(text.trim())) return "";
  const { protocol, href } = new URL(text.trim());
  return protocol === "https:" || protocol === "http:" ? href : "";
}

/** The same for a file: the desk's own lie below its own address. */
export const fileAddress = (text: string | null | undefined): string =>
  text && /^\/[\w-]/.test(text) ? text : webAddress(text);
