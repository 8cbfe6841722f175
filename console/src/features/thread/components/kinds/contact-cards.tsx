import { Mail, Phone, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ContactCard } from "@/lib/api/types";
import card from "../attachments/attachment-view.module.css";
import styles from "./kinds.module.css";

/** People the customer recommends: each can be called or written to. */
export function ContactCards({ contacts }: { contacts: ContactCard[] }) {
  const { t } = useTranslation("common");
  return (
    <ul className={styles.stack}>
      {contacts.map(({ name, organisation, phones = [], emails = [] }) => (
        <li key={`${name} ${phones.join()} ${emails.join()}`} className={card.card}>
          <span className={card.icon}>
            <UserRound size={20} aria-hidden />
          </span>
          <span className={card.text}>
            <span className={card.name}>{name || t("messageType.contacts")}</span>
            {organisation && <span className={card.facts}>{organisation}</span>}
            {phones.map((phone) => (
              <a key={phone} className={styles.way} href={`tel:${phone.replaceAll(/[^+\d]/g, "")}`}>
                <Phone size={13} aria-hidden />
                {phone}
              </a>
            ))}
            {emails.map((email) => (
              <a key={email} className={styles.way} href={`mailto:${encodeURIComponent(email)}`}>
                <Mail size={13} aria-hidden />
                {email}
              </a>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
