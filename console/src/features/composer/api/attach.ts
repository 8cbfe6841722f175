import { toast } from "@/components/toast/toasts";
import type { Conversation } from "@/lib/api/types";
import type { Desk } from "@/lib/desk/desk";
import { i18n } from "@/lib/i18n/i18n";
import { sizeText } from "@/lib/size-text";
import { checkFile, type FileCheck } from "./check-file";

/** What one answer may hold; more is a mistake of the pointer. */
const MOST_FILES = 10;

/** Takes files the teammate chose, dropped or pasted; says of each that cannot be sent why not. */
export function attach(desk: Desk, { id, channel }: Conversation, files: Iterable<File>, voice = false): void {
  const { uploads } = desk.compose;
  let room = MOST_FILES - uploads.items.get().filter((item) => item.conversationId === id).length;
  for (const file of files) {
    const check = checkFile(file, channel);
    if (!check.ok) {
      toast(refusal(check, file, i18n.t(`common:channel.${channel}`)), "bad");
    } else if (room <= 0) {
      toast(i18n.t("composer:files.tooMany", { most: MOST_FILES }), "bad");
      return;
    } else {
      room -= 1;
      uploads.add(id, { file, kind: check.kind, voice });
    }
  }
}

function refusal(check: Exclude<FileCheck, { ok: true }>, { name, size }: File, channel: string): string {
  if (check.reason === "empty") return i18n.t("composer:files.empty", { name });
  const kind = i18n.t(`common:messageType.${check.kind}`);
  if (check.reason === "kind") return i18n.t("composer:files.kind", { channel, kind });
  return i18n.t("composer:files.size", { name, channel, kind, size: sizeText(size), most: sizeText(check.most) });
}
