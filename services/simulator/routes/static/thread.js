// A chat as the customer sees it, folded from the ledger's entries.

/** Entries by sequence, and the items a page shows: {id, mine, at, message, state, …}. */
export class Thread {
  #entries = new Map();
  #channel;

  /** channel: one of channels.js, which says what an entry means. */
  constructor(channel) {
    this.#channel = channel;
  }

  /** Takes an entry of the ledger, new or changed. */
  put(entry) {
    this.#entries.set(entry.sequence, entry);
  }

  /** What the chat shows, oldest first. */
  items() {
    const items = [];
    const byMessage = new Map();
    for (const entry of [...this.#entries.values()].sort((a, b) => a.sequence - b.sequence)) {
      for (const change of this.#channel.changes(entry)) apply(change, entry, items, byMessage);
    }
    return items;
  }

  /** The text of a message somebody quotes, or null when it is not here. */
  quoted(messageId) {
    const found = this.items().find((item) => item.messageId === messageId);
    return found ? (found.message.text ?? `[${found.message.type}]`) : null;
  }

  /** The newest message of the shop, or null. */
  lastAnswer() {
    return this.items().findLast((item) => !item.mine && item.message) ?? null;
  }
}

function apply(change, entry, items, byMessage) {
  const about = byMessage.get(change.edit ?? change.takeBack ?? change.react);
  if (change.put) put(change.put, entry, items, byMessage);
  else if (change.event) items.push({ id: `e${entry.sequence}`, at: entry.timestamp, event: change.event });
  else if (!about) return;
  else if ("edit" in change) Object.assign(about, { message: { ...about.message, text: change.text }, edited: true });
  else if ("takeBack" in change) about.unsent = true;
  else about.reaction = change.emoji;
}

// The platform tells a message of the shop once more, as an echo: it shows once.
function put(item, entry, items, byMessage) {
  if (!item.message || byMessage.has(item.messageId)) return;
  const whole = { id: `e${entry.sequence}`, eventId: entry.event_id, unsent: false, edited: false, ...item };
  if (item.mine) whole.state = deliveryState(entry);
  byMessage.set(item.messageId, whole);
  items.push(whole);
}

function deliveryState(entry) {
  if (entry.answered) return { name: "delivered" };
  const last = entry.tries.at(-1);
  return last ? { name: "failed", detail: last.error ?? `HTTP ${last.status}` } : { name: "sending" };
}
