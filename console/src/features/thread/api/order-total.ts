import type { OrderedItem } from "@/lib/api/types";

/** "NT$ 1,280.00" in the reader's way; the bare number where the currency is none we can name. */
export function priceText(amount: number, currency: string, language: string): string {
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency }).format(amount);
  } catch {
    return `${new Intl.NumberFormat(language).format(amount)} ${currency}`.trim();
  }
}

/** What all items cost together; null where a price is missing or there is more than one currency. */
export function orderTotal(items: OrderedItem[]): { amount: number; currency: string } | null {
  const currency = items[0]?.currency ?? "";
  if (items.some((item) => !item.price || (item.currency ?? "") !== currency)) return null;
  const amount = items.reduce((sum, { price, quantity }) => sum + Number(price) * (quantity ?? 1), 0);
  return Number.isFinite(amount) && items.length > 0 ? { amount, currency } : null;
}
