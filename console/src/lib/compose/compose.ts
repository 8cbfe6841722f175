import { appendUpload, createUpload, getUpload } from "@/lib/uploads/api";
import type { Message } from "@/lib/api/types";
import { Store } from "@/lib/store";
import { Uploads } from "@/lib/uploads/uploads";

/** What is being put together for each conversation besides its text: the message it answers, and files. */
export class Compose {
  /** The message an answer quotes, by conversation. */
  readonly quotes = new Store<ReadonlyMap<string, Message>>(new Map());
  /** Counts up when something wants the writer's attention; its field takes the focus. */
  readonly wanted = new Store(0);
  readonly uploads = new Uploads({
    create: createUpload,
    append: appendUpload,
    get: getUpload,
    preview: { make: (file) => URL.createObjectURL(file), drop: (url) => URL.revokeObjectURL(url) },
  });

  quote(conversationId: string, message: Message | null): void {
    const quotes = new Map(this.quotes.get());
    if (message) quotes.set(conversationId, message);
    else quotes.delete(conversationId);
    this.quotes.set(quotes);
    if (message) this.wanted.set(this.wanted.get() + 1);
  }

  /** Whether leaving the page now would lose a file. */
  get pending(): boolean {
    return this.uploads.items.get().length > 0;
  }

  close(): void {
    this.uploads.close();
  }
}
