import { api } from "@/lib/api/client";
import type { MediaKind } from "@/lib/api/types";

/** An upload as the server has it. */
export type Upload = {
  id: string;
  /** Bytes taken so far. */
  offset: number;
  size_bytes: number;
  state: "uploading" | "converting" | "ready" | "failed";
  failure_code?: string | null;
  kind?: MediaKind | "";
  content_type?: string | null;
  url?: string | null;
  thumbnail_url?: string | null;
  duration_ms?: number;
};

export type NewUpload = {
  conversation_id: string;
  file_name: string;
  size_bytes: number;
  content_type: string;
  voice?: true;
};

/** A piece is sent again from its beginning when the network breaks; the server takes a mebibyte at most. */
export const PIECE_BYTES = 1024 * 1024;
/** A slow phone line needs longer for a piece than other calls may take. */
const PIECE_TIMEOUT_MS = 90_000;

const at = (id: string): string => `/uploads/${encodeURIComponent(id)}`;

export const createUpload = (upload: NewUpload, signal: AbortSignal): Promise<Upload> =>
  api("/uploads", { method: "POST", body: upload, signal });

export const appendUpload = (id: string, offset: number, piece: Blob, signal: AbortSignal) =>
  api<Pick<Upload, "offset" | "state">>(at(id), {
    method: "PATCH",
    raw: piece,
    headers: { "Upload-Offset": String(offset) },
    timeoutMs: PIECE_TIMEOUT_MS,
    signal,
  });

export const getUpload = (id: string, signal: AbortSignal): Promise<Upload> => api(at(id), { signal });
