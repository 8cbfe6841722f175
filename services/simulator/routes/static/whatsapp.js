// A chat on WhatsApp: what its ledger entries show, and what to write.

const KINDS = { image: "image", video: "video", audio: "audio", document: "file", sticker: "image" };

export const whatsapp = {
  title: "WhatsApp",
  takesBack: true,
  reacts: true,
  shopPicture: (account) => account.picture_path,
  personPicture: (user) => user.picture_path ?? `graph/pictures/${user.user_id}.png`,

  /** What an entry changes in the chat. */
  changes(entry) {
    if (entry.direction === "received") return entry.arrived ? arrived(entry) : [];
    const value = entry.event?.changes?.[0]?.value ?? {};
    const [message] = value.messages ?? value.message_echoes ?? [{ type: "text", text: { body: entry.text } }];
    switch (entry.kind) {
      case "message":
        return [{ put: written(entry, message) }];
      case "echo":
        return [{ put: answer(entry, message) }];
      case "edit":
        return [{ edit: message.edit?.original_message_id, text: entry.text }];
      case "unsend":
        return [{ takeBack: message.revoke?.original_message_id }];
      case "reaction":
        return [{ react: message.reaction?.message_id, emoji: message.reaction?.emoji ?? "" }];
      case "status":
        return [];
      default:
        return [{ event: entry.kind }];
    }
  },

  edit: (messageId, text) => ({ kind: "edit", message_id: messageId, text }),
  attach: (kind) => ({ type: kind === "audio" ? "voice" : kind }),
  sticker: () => ({ type: "sticker" }),
  upload: (type, file, uploadId) => ({ type: type === "audio" ? "voice" : type, upload_id: uploadId, file_name: file.name }),
  press: (button, item) => ({ type: button.type, text: button.title, payload: button.payload, quoted_message_id: item.messageId }),
  block: null,
};

function arrived(entry) {
  const { reaction } = entry.message;
  return reaction ? [{ react: reaction.message_id, emoji: reaction.emoji }] : [{ put: answer(entry, entry.message) }];
}

function written(entry, message) {
  return {
    mine: true,
    at: entry.timestamp,
    messageId: entry.message_id,
    message: shown(message, entry.text),
    quotedMessageId: message.context?.id ?? null,
    unsent: entry.unsent,
    ad: message.referral?.headline ?? null,
  };
}

function answer(entry, message) {
  return {
    mine: false,
    at: entry.at ?? entry.timestamp,
    messageId: entry.message_id,
    message: { ...shown(message, entry.text), buttons: buttons(message) },
    quotedMessageId: message.reply_to?.mid ?? null,
  };
}

// One message of LINE's look for whatever this one is.
function shown(message, text) {
  const content = message[message.type] ?? {};
  const kept = message.media?.[0]?.id ?? content.id;
  if (KINDS[message.type] && kept) {
    return { type: KINDS[message.type], contentId: kept, fileName: content.filename ?? "file", text: content.caption };
  }
  switch (message.type) {
    case "text":
      return { type: "text", text: content.body ?? text ?? "" };
    case "location":
      return { type: "location", title: content.name, address: content.address };
    case "button":
      return { type: "text", text: content.text };
    case "interactive": {
      const reply = content.button_reply ?? content.list_reply ?? content.nfm_reply;
      return { type: "text", text: reply?.title ?? reply?.body ?? text ?? "" };
    }
    case "contacts":
      return { type: "text", text: (content[0] ?? content).name?.formatted_name ?? "[contacts]" };
    case "template":
      return { type: "text", text: text ?? content.name, picture: kept ?? null };
    default:
      return { type: "text", text: text ?? `[${message.type}]` };
  }
}

function buttons(message) {
  const replies = message.interactive?.action?.buttons ?? [];
  return [
    ...(message.buttons ?? [])
      .filter((button) => button.type === "QUICK_REPLY")
      .map(({ text }) => ({ type: "button", title: text, payload: text })),
    ...replies.map(({ reply }) => ({ type: "button_reply", title: reply?.title, payload: reply?.id })),
  ];
}
