import { Mail, Phone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Avatar } from "@/components/avatar/avatar";
import { Chip } from "@/components/chip/chip";
import { useDesk } from "@/lib/desk/context";
import type { Teammate } from "@/lib/api/types";
import { TeammateActions } from "./teammate-actions";
import styles from "./teammate-row.module.css";

export function TeammateRow({ teammate }: { teammate: Teammate }) {
  const { t } = useTranslation("team");
  const { me } = useDesk();
  const { id, name, email, phone, state } = teammate;
  return (
    <li className={styles.row} data-state={state}>
      <Avatar id={id} name={name || email} size={40} />
      <div className={styles.text}>
        <span className={styles.name}>
          {name || email}
          {id === me && <Chip>{t("you")}</Chip>}
          {state !== "active" && <Chip tone={state === "invited" ? "brass" : "neutral"}>{t(`state.${state}`)}</Chip>}
        </span>
        <span className={styles.reach}>
          <a href={`mailto:${email}`} aria-label={t("mailTo", { name, email })}>
            <Mail size={13} aria-hidden />
            {email}
          </a>
          {phone && (
            <a href={`tel:${phone.replace(/[^\d+]/g, "")}`} aria-label={t("call", { name, phone })}>
              <Phone size={13} aria-hidden />
              {phone}
            </a>
          )}
        </span>
      </div>
      <TeammateActions teammate={teammate} />
    </li>
  );
}
