import { ShoppingBag } from "lucide-react";
import { useTranslation } from "react-i18next";
import { orderTotal, priceText } from "@/features/thread/api/order-total";
import type { MessageDetails, OrderedItem } from "@/lib/api/types";
import { currentLanguage } from "@/lib/i18n/i18n";
import { RichText } from "../rich-text";
import styles from "./kinds.module.css";

type OrderViewProps = { order: NonNullable<MessageDetails["order"]>; text: string };

/** What the customer put into a cart of the shop's catalog. */
export function OrderView({ order, text }: OrderViewProps) {
  const { t } = useTranslation(["thread", "common"]);
  const items = order.items ?? [];
  const total = orderTotal(items);
  const note = order.note || text;
  return (
    <div className={styles.order}>
      <p className={styles.label}>
        <ShoppingBag size={15} aria-hidden />
        {t("order.title", { count: items.length })}
      </p>
      <ul className={styles.items}>
        {items.map((item, index) => (
          // One product may stand twice in a cart, and lines never change places.
          <Line key={`${index} ${item.product_id}`} item={item} />
        ))}
      </ul>
      {total && (
        <p className={styles.total}>
          <span>{t("order.total")}</span>
          <strong>{priceText(total.amount, total.currency, currentLanguage())}</strong>
        </p>
      )}
      {note && (
        <p>
          <RichText text={note} />
        </p>
      )}
    </div>
  );
}

function Line({ item: { product_id: id, quantity = 1, price, currency = "" } }: { item: OrderedItem }) {
  const { t } = useTranslation("thread");
  return (
    <li className={styles.line}>
      <span className={styles.product}>{id || t("order.item")}</span>
      <span>{t("order.times", { quantity })}</span>
      {price && <span>{priceText(Number(price), currency, currentLanguage())}</span>}
    </li>
  );
}
