// A chat on LINE: what its ledger entries show, and what to write.

export const line = {
  title: "LINE",
  takesBack: true,
  reacts: false,
  shopPicture: (account) => `line/pictures/${account.bot_user_id}.png`,
  personPicture: (user) => user.picture_path ?? `line/pictures/${user.user_id}.png`,

  /** What an entry changes in the chat. */
  changes(entry) {
    if (entry.direction === "received") return entry.arrived ? [{ put: { mine: false, at: entry.at, ...answer(entry) } }] : [];
    switch (entry.kind) {
      case "message":
        return [{ put: written(entry) }];
      case "unsend":
        return [{ takeBack: entry.message_id }];
      case "messageEdited":
        return [{ edit: entry.message_id, text: entry.text }];
      default:
        return [{ event: entry.kind }];
    }
  },

  edit: (messageId, text) => ({ kind: "messageEdited", message_id: messageId, text }),
  attach: (kind) => ({ type: kind }),
  sticker: (sticker) => ({ type: "sticker", details: { message: sticker } }),
  upload: (type, file, uploadId) => ({
    type,
    upload_id: uploadId,
    details: type === "file" ? { message: { fileName: file.name } } : {},
  }),
  /** Blocking is an event that LINE tells; null where it is a setting of the person. */
  block: (blocked) => ({ kind: blocked ? "unfollow" : "follow" }),
};

function written(entry) {
  const message = entry.event?.message ?? { type: "text", text: entry.text };
  return {
    mine: true,
    at: entry.timestamp,
    messageId: entry.message_id,
    message: { ...message, contentId: entry.message_id },
    quotedMessageId: message.quotedMessageId ?? null,
    unsent: entry.unsent,
  };
}

function answer(entry) {
  return { messageId: entry.message_id, message: entry.message, quotedMessageId: null };
}
