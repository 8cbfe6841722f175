/** Counts are exact up to 999. */
export const countText = (count: number): string => (count > 999 ? "999+" : String(count));

/** The tab's title: "(3) Frontdesk". */
export const pageTitle = (unread: number, name: string): string =>
  unread > 0 ? `(${countText(unread)}) ${name}` : name;
