import { useTranslation } from "react-i18next";
import type { Customer } from "@/lib/api/types";

/** The customer's name, or what to call one the platform has not named yet. */
export function useCustomerName(customer: Customer): string {
  const { t } = useTranslation();
  return customer.name || t(customer.kind === "person" ? "customer.unnamed" : `customer.${customer.kind}`);
}
