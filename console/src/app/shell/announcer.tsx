import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "@/lib/desk/context";

/** Tells screen readers about messages that come while they read something else. */
export function Announcer() {
  const { t } = useTranslation();
  const desk = useDesk();
  const [text, setText] = useState("");
  useEffect(
    () =>
      desk.arrival.subscribe(() => {
        const arrival = desk.arrival.get();
        if (!arrival) return;
        const name = arrival.message.sender_name || arrival.conversation.customer.name || t("customer.unnamed");
        setText(
          t("announce.message", { name, text: arrival.message.text || t(`messageType.${arrival.message.type}`) }),
        );
      }),
    [desk, t],
  );
  return (
    <div className="visually-hidden" aria-live="polite" role="log">
      {text}
    </div>
  );
}
