import type { MediaKind } from "@/lib/api/types";

/** A file somebody wants to send, on its way to the server and made ready there. */
export type UploadItem = {
  key: string;
  conversationId: string;
  file: File;
  kind: MediaKind;
  voice: boolean;
  /** Of the file as it was chosen; null for what can be neither seen nor heard. */
  preview: string | null;
  state: "waiting" | "uploading" | "converting" | "ready" | "failed";
  /** Bytes the server has. */
  sent: number;
  /** The server's id, once it knows of it. */
  id: string | null;
  /** A code the console translates, and the server's words. */
  failure?: { code: string; detail: string };
  durationMs: number;
  thumbnailUrl: string | null;
  url: string | null;
};

/** The part of the bytes that has arrived, 0 to 1. */
export const progressOf = ({ sent, file }: UploadItem): number => (file.size > 0 ? Math.min(1, sent / file.size) : 0);
