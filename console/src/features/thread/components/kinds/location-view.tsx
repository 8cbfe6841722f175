import { MapPin } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { MessageDetails } from "@/lib/api/types";
import card from "../attachments/attachment-view.module.css";

export function LocationView({ location }: { location: NonNullable<MessageDetails["location"]> }) {
  const { t } = useTranslation(["thread", "common"]);
  const { title, address, latitude, longitude } = location;
  const query = new URLSearchParams({ api: "1", query: `${latitude},${longitude}` });
  return (
    <div className={card.card}>
      <span className={card.icon}>
        <MapPin size={20} aria-hidden />
      </span>
      <span className={card.text}>
        <span className={card.name}>{title || t("common:messageType.location")}</span>
        {address && <span className={card.facts}>{address}</span>}
        <a href={`https://www.google.com/maps/search/?${query}`} target="_blank" rel="noopener noreferrer">
          {t("openMap")}
        </a>
      </span>
    </div>
  );
}
