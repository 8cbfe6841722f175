import type { Conversation, Message, Teammate } from "../src/lib/api/types.ts";
import { ok, page, Refusal, type Answer, type Request, type Route } from "./http.ts";
import type { Sessions } from "./sessions.ts";
import { PERMISSIONS } from "./team.ts";
import type { World } from "./world.ts";

/** Inbox, threads and sending. */
export function deskRoutes(world: World, sessions: Sessions): Route[] {
  const found = (request: Request): Conversation => {
    const row = world.conversations.get(request.params["id"] ?? "");
    if (!row) throw new Refusal(404, "conversation_not_found", "There is no such conversation, or you may not see it.");
    return row;
  };
  return [
    ["GET", /^\/api\/v1\/conversations$/, (request) => list(world, request, sessions.caller(request))],
    [
      "GET",
      /^\/api\/v1\/conversations:count-unread$/,
      () => ok({ conversations: Math.min(1000, world.list().filter((row) => row.unread_count > 0).length) }),
    ],
    ["GET", /^\/api\/v1\/conversations\/(?<id>[^/:]+)$/, (request) => ok(found(request))],
    [
      "GET",
      /^\/api\/v1\/conversations\/(?<id>[^/:]+)\/messages$/,
      (request) => {
        const { rows, next } = page((world.messages.get(found(request).id) ?? []).toReversed(), request.url, 30);
        return ok({ messages: rows, next_page_token: next, cursor: world.cursor });
      },
    ],
    [
      "GET",
      /^\/api\/v1\/conversations\/(?<id>[^/:]+)\/history$/,
      (request) => ok({ entries: history(found(request)), next_page_token: null }),
    ],
    [
      "POST",
      /^\/api\/v1\/conversations\/(?<id>[^/:]+)\/messages$/,
      (request) => send(world, found(request), request, sessions.caller(request)),
    ],
    [
      "POST",
      /^\/api\/v1\/conversations\/(?<id>[^/:]+)\/messages\/(?<message>[^/:]+):retry$/,
      (request) => {
        const { id, message = "" } = { ...request.params, id: found(request).id };
        const retried = world.update(id, message, {
          delivery_state: "queued",
          failure_code: null,
          failure_detail: null,
        });
        deliver(world, retried);
        return ok(retried);
      },
    ],
    [
      "POST",
      /^\/api\/v1\/conversations\/(?<id>[^/:]+):take-over$/,
      (request) =>
        ok(world.change(found(request).id, { status: "processing", assignee_id: sessions.caller(request).id })),
    ],
    [
      "POST",
      /^\/api\/v1\/conversations\/(?<id>[^/:]+):open$/,
      (request) => {
        const row = found(request);
        return ok(
          row.unread_count > 0 && mayAnswer(row, sessions.caller(request))
            ? world.change(row.id, { unread_count: 0 })
            : row,
        );
      },
    ],
  ];
}

function list(world: World, { url }: Request, caller: Teammate): Answer {
  const query = url.searchParams;
  const [statuses, channels] = [query.getAll("status"), query.getAll("channel")];
  const assignee = query.get("assignee") === "me" ? caller.id : query.get("assignee");
  const matching = world
    .list()
    .filter(
      (row) =>
        !row.archived &&
        (statuses.length === 0 || statuses.includes(row.status)) &&
        (channels.length === 0 || channels.includes(row.channel)) &&
        (query.get("unread") !== "true" || row.unread_count > 0) &&
        (!assignee || row.assignee_id === assignee),
    );
  // A keyset, as the real one: the token is the last row's place, so rows that move meanwhile are not listed twice.
  const token = query.get("page_token") ?? "";
  const rest = matching.filter((row) => token === "" || row.sort_at + row.id < token);
  const rows = rest.slice(0, Number(query.get("page_size") ?? 50));
  const last = rows.at(-1);
  return ok({
    conversations: rows,
    next_page_token: last && rest.length > rows.length ? last.sort_at + last.id : null,
    cursor: world.cursor,
  });
}

const mayAnswer = (row: Conversation, caller: Teammate): boolean =>
  row.status !== "processing" || row.assignee_id === caller.id || PERMISSIONS[caller.role].includes("answer_others");

function send(world: World, row: Conversation, request: Request, caller: Teammate): Answer {
  const key = String(request.headers["idempotency-key"] ?? "");
  const text = String(request.body["text"] ?? "");
  const known = world.sent.get(key);
  if (known && known.text !== text)
    throw new Refusal(422, "idempotency_key_reused", "This key was used for another message.");
  if (known) return ok(known.message, 201);
  if (!mayAnswer(row, caller)) throw new Refusal(403, "handled_by_colleague", "A colleague handles this conversation.");
  if (text.length > 5000) throw new Refusal(422, "text_too_long", "The text is too long.");
  world.change(row.id, { status: "processing", assignee_id: caller.id, unread_count: 0 });
  const message = world.append(row.id, { direction: "outbound", text, author_id: caller.id, delivery_state: "queued" });
  world.sent.set(key, { text, message });
  deliver(world, message);
  return ok(message, 201);
}

/** The platform's answers: words in the text choose another end than "read". */
function deliver(world: World, { conversation_id: id, id: messageId, text }: Message): void {
  const end = text.includes("fail") ? "failed" : text.includes("unclear") ? "unconfirmed" : "sent";
  const code = end === "failed" ? "rate_limited" : end === "unconfirmed" ? "unconfirmed" : null;
  setTimeout(() => world.update(id, messageId, { delivery_state: "sending" }), 150);
  setTimeout(() => world.update(id, messageId, { delivery_state: end, failure_code: code }), 600);
}

const history = (row: Conversation): unknown[] => [
  {
    id: "h3",
    case_id: row.case_id,
    kind: "taken_over",
    actor_id: row.assignee_id ?? "t-agent",
    occurred_at: row.sort_at,
    fields: {},
  },
  { id: "h2", case_id: row.case_id, kind: "case_opened", actor_id: null, occurred_at: row.created_at, fields: {} },
  { id: "h1", case_id: row.case_id, kind: "followed", actor_id: null, occurred_at: row.created_at, fields: {} },
];
