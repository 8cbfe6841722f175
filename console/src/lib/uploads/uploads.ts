import { ApiError, isTransient } from "@/lib/api/errors";
import type { MediaKind } from "@/lib/api/types";
import { Store } from "@/lib/store";
import { backoff } from "@/lib/stream/backoff";
import { type NewUpload, PIECE_BYTES, type Upload } from "@/lib/uploads/api";
import type { UploadItem } from "@/lib/uploads/item";

export type UploadDeps = {
  create: (upload: NewUpload, signal: AbortSignal) => Promise<Upload>;
  append: (id: string, offset: number, piece: Blob, signal: AbortSignal) => Promise<Pick<Upload, "offset" | "state">>;
  get: (id: string, signal: AbortSignal) => Promise<Upload>;
  /** Makes an address of a file that the page can show, and takes it back. */
  preview?: { make: (file: File) => string; drop: (url: string) => void };
  pause?: (ms: number) => Promise<void>;
  newKey?: () => string;
};

/** So many at a time: more would only share the line. */
const AT_ONCE = 2;
/** Tries without any progress before a person decides; each pause is longer than the one before. */
const MOST_TRIES = 6;
const POLL_MS = 700;

export type FileToSend = { file: File; kind: MediaKind; voice?: boolean };

/** Files on their way: in pieces, resumed where they broke off, until the server made them ready to send. */
export class Uploads {
  readonly items = new Store<UploadItem[]>([]);
  readonly #deps: UploadDeps;
  readonly #running = new Map<string, AbortController>();

  constructor(deps: UploadDeps) {
    this.#deps = deps;
  }

  add(conversationId: string, { file, kind, voice = false }: FileToSend): void {
    const key = this.#deps.newKey?.() ?? crypto.randomUUID();
    const preview = kind === "file" ? null : (this.#deps.preview?.make(file) ?? null);
    const fresh = { sent: 0, id: null, durationMs: 0, thumbnailUrl: null, url: null, state: "waiting" as const };
    this.items.set([...this.items.get(), { ...fresh, key, conversationId, file, kind, voice, preview }]);
    this.#next();
  }

  /** Goes on where it broke off; a file the server refused begins anew. */
  retry(key: string): void {
    const item = this.#find(key);
    if (item?.state !== "failed") return;
    const lost = item.failure?.code !== "network";
    const { failure: _, ...rest } = item;
    this.#replace(key, { ...rest, state: "waiting", ...(lost && { id: null, sent: 0 }) });
    this.#next();
  }

  /** Takes it out: because it is sent, or nobody wants it any more. */
  remove(key: string): void {
    this.#running.get(key)?.abort();
    const preview = this.#find(key)?.preview;
    if (preview) this.#deps.preview?.drop(preview);
    this.items.set(this.items.get().filter((item) => item.key !== key));
    this.#next();
  }

  close(): void {
    for (const { key } of this.items.get()) this.remove(key);
  }

  #next(): void {
    for (const item of this.items.get()) {
      if (this.#running.size >= AT_ONCE) return;
      if (item.state === "waiting" && !this.#running.has(item.key)) void this.#run(item.key);
    }
  }

  async #run(key: string): Promise<void> {
    const control = new AbortController();
    this.#running.set(key, control);
    try {
      await this.#transfer(key, control.signal);
      await this.#wait(key, control.signal);
    } catch (error) {
      if (!control.signal.aborted) this.#update(key, { state: "failed", failure: describe(error) });
    } finally {
      this.#running.delete(key);
      this.#next();
    }
  }

  async #transfer(key: string, signal: AbortSignal): Promise<void> {
    let tries = 0;
    for (;;) {
      const item = this.#find(key);
      if (!item || item.state === "converting") return;
      const before = item.sent;
      try {
        await this.#step(item, signal);
        if ((this.#find(key)?.sent ?? 0) > before) tries = 0;
      } catch (error) {
        tries += 1;
        if (signal.aborted || !mayGoOn(error) || tries > MOST_TRIES) throw error;
        await this.#pause(backoff(tries - 1));
        await this.#resume(key, signal);
      }
    }
  }

  /** Announces the file, or sends its next piece. */
  async #step({ key, id, file, sent, conversationId, voice }: UploadItem, signal: AbortSignal): Promise<void> {
    if (id === null) {
      const made = await this.#deps.create(
        {
          conversation_id: conversationId,
          file_name: file.name,
          size_bytes: file.size,
          content_type: file.type || "application/octet-stream",
          ...(voice && { voice: true as const }),
        },
        signal,
      );
      this.#update(key, { id: made.id, sent: made.offset, state: "uploading" });
      return;
    }
    const { offset, state } = await this.#deps.append(id, sent, file.slice(sent, sent + PIECE_BYTES), signal);
    this.#update(key, { sent: offset, state: state === "uploading" ? "uploading" : "converting" });
  }

  /** Where the server is: a piece may have arrived although its answer did not. */
  async #resume(key: string, signal: AbortSignal): Promise<void> {
    const id = this.#find(key)?.id;
    if (!id) return;
    try {
      const { offset, state } = await this.#deps.get(id, signal);
      this.#update(key, { sent: offset, state: state === "uploading" ? "uploading" : "converting" });
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }

  /** Until the server made it what the channel takes. */
  async #wait(key: string, signal: AbortSignal): Promise<void> {
    for (let round = 0; ; round += 1) {
      const id = this.#find(key)?.id;
      if (!id || signal.aborted) return;
      try {
        const made = await this.#deps.get(id, signal);
        if (made.state === "failed") throw new ApiError(422, { code: made.failure_code || "media_unreadable" });
        if (made.state === "ready") return this.#ready(key, made);
      } catch (error) {
        if (!isTransient(error)) throw error;
      }
      await this.#pause(POLL_MS * Math.min(6, 1 + round / 4));
    }
  }

  #ready(key: string, made: Upload): void {
    this.#update(key, {
      state: "ready",
      sent: made.size_bytes,
      ...(made.kind && { kind: made.kind }),
      durationMs: made.duration_ms ?? 0,
      thumbnailUrl: made.thumbnail_url ?? null,
      url: made.url ?? null,
    });
  }

  #find = (key: string): UploadItem | undefined => this.items.get().find((item) => item.key === key);

  #update(key: string, change: Partial<UploadItem>): void {
    this.items.set(this.items.get().map((item) => (item.key === key ? { ...item, ...change } : item)));
  }

  #replace(key: string, next: UploadItem): void {
    this.items.set(this.items.get().map((item) => (item.key === key ? next : item)));
  }

  #pause = (ms: number): Promise<void> =>
    this.#deps.pause?.(ms) ?? new Promise((resolve) => void setTimeout(resolve, ms));
}

/** The network, or a place that is not the server's: both are mended by asking where it is. */
const mayGoOn = (error: unknown): boolean =>
  isTransient(error) || (error instanceof ApiError && error.code === "upload_offset");

function describe(error: unknown): NonNullable<UploadItem["failure"]> {
  if (error instanceof ApiError && error.status < 500) return { code: error.code, detail: error.detail };
  return { code: "network", detail: "" };
}
