// A chat as the customer sees it, folded from the ledger's entries.

/** Entries by sequence, and the items a page shows: {id, mine, at, message, state, …}. */
export class Thread {
  #entries = new Map();

  /** Takes an entry of the ledger, new or changed. */
  put(entry) {
    this.#entries.set(entry.sequence, entry);
  }

  /** What the chat shows, oldest first. */
  items() {
    const items = [];
    const byMessage = new Map();
    for (const entry of [...this.#entries.values()].sort((a, b) => a.sequence - b.sequence)) {
      if (entry.direction === "received") {
        if (entry.arrived) items.push(answer(entry));
      } else if (entry.kind === "message") {
        const item = written(entry);
        byMessage.set(entry.message_id, item);
        items.push(item);
      } else if (entry.kind === "unsend") {
        const item = byMessage.get(entry.message_id);
        if (item) item.unsent = true;
      } else if (entry.kind === "messageEdited") {
        const item = byMessage.get(entry.message_id);
        if (item) Object.assign(item, { message: { ...item.message, text: entry.text }, edited: true });
      } else {
        items.push({ id: `e${entry.sequence}`, at: entry.timestamp, event: entry.kind });
      }
    }
    return items;
  }

  /** The text of a message somebody quotes, or null when it is not here. */
  quoted(messageId) {
    const found = this.items().find((item) => item.messageId === messageId);
    return found ? (found.message.text ?? `[${found.message.type}]`) : null;
  }
}

function written(entry) {
  return {
    id: `e${entry.sequence}`,
    mine: true,
    at: entry.timestamp,
    eventId: entry.event_id,
    messageId: entry.message_id,
    message: entry.event?.message ?? { type: "text", text: entry.text },
    quotedMessageId: entry.event?.message?.quotedMessageId ?? null,
    state: deliveryState(entry),
    unsent: entry.unsent,
    edited: false,
  };
}

function answer(entry) {
  return {
    id: `e${entry.sequence}`,
    mine: false,
    at: entry.at,
    messageId: entry.message_id,
    message: entry.message,
    quotedMessageId: null,
  };
}

function deliveryState(entry) {
  if (entry.answered) return { name: "delivered" };
  const last = entry.tries.at(-1);
  return last ? { name: "failed", detail: last.error ?? `HTTP ${last.status}` } : { name: "sending" };
}
