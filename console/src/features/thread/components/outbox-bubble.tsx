import { RotateCw, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { OutgoingFileView } from "./attachments/outgoing-file";
import { QuoteView } from "./quote-view";
import { RichText } from "./rich-text";
import { useDesk } from "@/lib/desk/context";
import { ApiError } from "@/lib/api/errors";
import { errorText } from "@/lib/i18n/error-text";
import type { OutboxItem } from "@/lib/outbox/item";
import { DeliveryMark } from "./delivery-mark";
import bubble from "./bubble.module.css";
import delivery from "./delivery.module.css";

/** What it will look like as a message. */
function OutboxBody({ item: { text, file, template, quoted } }: { item: OutboxItem }) {
  const { t } = useTranslation("common");
  return (
    <>
      {quoted && <QuoteView quoted={quoted} />}
      {template && <span className={bubble.label}>{t("messageType.template")}</span>}
      {file && <OutgoingFileView file={file} />}
      {text && <RichText text={text} />}
    </>
  );
}

/** A message the server does not have yet. Its text stays until it has it, or until its writer throws it away. */
export function OutboxBubble({ item }: { item: OutboxItem }) {
  const { t } = useTranslation("thread");
  const failed = item.state === "failed";
  return (
    <div className={`${bubble.message} ${bubble.outbound}`} data-state={failed ? "failed" : "sending"}>
      <div className={bubble.bubble} data-last>
        <OutboxBody item={item} />
      </div>
      <div className={bubble.foot}>
        {failed ? (
          <DeliveryMark state="failed" />
        ) : item.state === "waiting" ? (
          <span>{t("outbox.waiting")}</span>
        ) : (
          <DeliveryMark state="sending" />
        )}
      </div>
      {item.state !== "sending" && <OutboxTrouble item={item} />}
    </div>
  );
}

function OutboxTrouble({ item }: { item: OutboxItem }) {
  const { t } = useTranslation(["thread", "common"]);
  const { outbox } = useDesk();
  return (
    <div className={delivery.trouble}>
      <span className={delivery.reason}>{item.failure?.unclear ? t("outbox.unclear") : refusal(item)}</span>
      <span className={delivery.actions}>
        <Button size="s" look="quiet" icon={<RotateCw size={14} aria-hidden />} onPress={() => outbox.retry(item.key)}>
          {t("common:action.retry")}
        </Button>
        <Button size="s" look="quiet" icon={<Trash2 size={14} aria-hidden />} onPress={() => outbox.discard(item.key)}>
          {t("outbox.discard")}
        </Button>
      </span>
    </div>
  );
}

const refusal = ({ failure }: OutboxItem): string =>
  errorText(new ApiError(0, { code: failure?.code ?? "", detail: failure?.detail ?? "" }));
