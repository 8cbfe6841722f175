import type { MediaKind, QuotedMessage, TemplateChoice } from "@/lib/api/types";

export type SendFailure = {
  code: string;
  detail: string;
  /** True when the server may have taken it all the same. */ unclear: boolean;
};

/** A file that was uploaded beforehand, as it is shown while its message is on its way. */
export type OutgoingFile = {
  uploadId: string;
  kind: MediaKind;
  fileName: string;
  sizeBytes: number;
  durationMs: number;
  voice: boolean;
  thumbnailUrl: string | null;
  url: string | null;
};

/** What one message says. `text` is also a file's caption, and what a template reads like. */
export type OutboxContent = {
  text: string;
  file?: OutgoingFile;
  template?: TemplateChoice;
  quoted?: QuotedMessage;
};

/** A message on its way from this tab to the server. */
export type OutboxItem = OutboxContent & {
  /** Made once per message and kept over every try: the server stores it once however often it arrives. */
  key: string;
  conversationId: string;
  createdAt: string;
  /** The thread's last sequence when it was written: an older message cannot be this one. */
  afterSequence: number;
  /** waiting: tries again by itself. failed: a person decides. */
  state: "sending" | "waiting" | "failed";
  failure?: SendFailure;
};

/** The type the server will give it. */
export const typeOf = ({ file, template }: OutboxContent): "text" | "template" | MediaKind =>
  template ? "template" : (file?.kind ?? "text");
