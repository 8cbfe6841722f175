import type { Conversation, Message, TemplateChoice } from "@/lib/api/types";
import { useDesk } from "@/lib/desk/context";
import { useStore } from "@/lib/store";
import type { UploadItem } from "@/lib/uploads/item";
import { contentsOf, toQuoted } from "./contents";

/** Hands an answer to the outbox: what was quoted and uploaded for it goes with it. */
export function useSend({ id, channel }: Conversation, afterSequence: number) {
  const { compose, outbox } = useDesk();
  const quote: Message | undefined = useStore(compose.quotes).get(id);
  const quoted = quote && toQuoted(quote);
  return {
    quote,
    send(text: string, files: UploadItem[]): void {
      for (const content of contentsOf(channel, text, files, quoted)) outbox.add(id, content, afterSequence);
      for (const { key } of files) compose.uploads.remove(key);
      compose.quote(id, null);
    },
    sendTemplate(template: TemplateChoice, text: string): void {
      outbox.add(id, { text, template, ...(quoted && { quoted }) }, afterSequence);
      compose.quote(id, null);
    },
  };
}
