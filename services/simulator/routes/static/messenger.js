// A chat on Messenger or Instagram: what its ledger entries show, and what to write.

const KINDS = new Set(["image", "video", "audio", "file"]);

/** title: the app's name; takesBack: whether the account is told when somebody takes a message back. */
export function messenger(title, takesBack) {
  return {
    title,
    takesBack,
    reacts: true,
    shopPicture: (account) => account.picture_path,
    personPicture: (user) => user.picture_path ?? `graph/pictures/${user.user_id}.png`,
    changes,
    edit: (messageId, text) => ({ kind: "edit", message_id: messageId, text }),
    attach: (kind) => ({ type: kind }),
    sticker: () => ({ type: "sticker" }),
    upload: (type, file, uploadId) => ({ type, upload_id: uploadId, file_name: file.name }),
    press: (button, item) =>
      button.postback
        ? { kind: "postback", text: button.title, payload: button.payload }
        : { type: "quick_reply", text: button.title, payload: button.payload, quoted_message_id: item.messageId },
    block: null,
  };
}

function changes(entry) {
  if (entry.direction === "received") return entry.arrived ? [{ put: answer(entry, { text: entry.text, ...entry.message }) }] : [];
  const body = entry.event ?? {};
  const item = (body.messaging ?? body.standby ?? [{}])[0];
  switch (entry.kind) {
    case "message":
      return [{ put: written(entry, item.message ?? { text: entry.text }) }];
    case "echo":
      return [{ put: answer(entry, item.message ?? { text: entry.text }) }];
    case "postback":
      return [{ put: written(entry, { text: item.postback?.title }) }];
    case "edit":
      return [{ edit: item.message_edit?.mid, text: entry.text }];
    case "unsend":
      return [{ takeBack: entry.message_id }];
    case "reaction":
      return [{ react: item.reaction?.mid, emoji: item.reaction?.emoji ?? "" }];
    case "read":
    case "delivery":
      return [];
    default:
      return [{ event: entry.kind }];
  }
}

function written(entry, message) {
  return {
    mine: true,
    at: entry.timestamp,
    messageId: entry.message_id,
    message: shown(message),
    quotedMessageId: message.reply_to?.mid ?? null,
    unsent: entry.unsent,
    ad: message.referral?.ads_context_data?.ad_title ?? null,
  };
}

function answer(entry, message) {
  return {
    mine: false,
    at: entry.at ?? entry.timestamp,
    messageId: entry.message_id,
    message: { ...shown(message), buttons: buttons(message) },
    quotedMessageId: message.reply_to?.mid ?? null,
  };
}

// One message of LINE's look for whatever hangs on this one.
function shown(message) {
  const [first] = message.attachments ?? [];
  if (!first) return { type: "text", text: message.text ?? "" };
  const payload = first.payload ?? {};
  const kept = message.media?.[0]?.id ?? contentId(payload.url);
  if (first.type === "sticker") return { type: "image", contentId: kept };
  if (KINDS.has(first.type) && kept) return { type: first.type, contentId: kept, fileName: fileName(payload.url) };
  if (first.type === "location") return { type: "location", title: first.title };
  return { type: "text", text: payload.elements?.[0]?.title ?? first.title ?? payload.title ?? `[${first.type}]` };
}

function contentId(url) {
  return /\/cdn\/[^/]+\/(\d+)\//.exec(url ?? "")?.[1] ?? null;
}

function fileName(url) {
  return decodeURIComponent((url ?? "").split(/[?#]/)[0].split("/").pop());
}

function buttons(message) {
  const quick = (message.quick_replies ?? []).map(({ title, payload }) => ({ title, payload }));
  const payload = message.attachments?.[0]?.payload ?? {};
  const offered = [...(payload.buttons ?? []), ...(payload.elements?.[0]?.buttons ?? [])];
  const postbacks = offered.filter((button) => button.type === "postback");
  return [...quick, ...postbacks.map(({ title, payload: data }) => ({ title, payload: data, postback: true }))];
}
