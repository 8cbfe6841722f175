import type { AuditEntry, ChannelAccount, Role, Teammate } from "../src/lib/api/types.ts";
import { ok, page, Refusal, type Request, type Route } from "./http.ts";
import type { Sessions } from "./sessions.ts";
import { iso, type World } from "./world.ts";

const ROLES: Role[] = ["admin", "supervisor", "cs_manager", "cs_agent", "sales_manager", "salesperson"];

const account = (id: string, name: string, fields: Partial<ChannelAccount> = {}): ChannelAccount => ({
  id,
  channel: "line",
  name,
  state: "active",
  state_reason: null,
  provider_id: "U8f2c1e0d9b7a6f5e4d3c2b1a09f8e7d6",
  webhook_url: `https://desk.example/webhooks/line/${id}`,
  queue: {
    state: "running",
    reason: null,
    waiting: 0,
    oldest_queued_at: null,
    last_sent_at: iso(Date.now() - 240_000),
  },
  created_at: "2026-06-01T03:00:00Z",
  version: 1,
  ...fields,
});

/** Team, channel accounts, audit log. */
export function settingsRoutes(world: World, sessions: Sessions): Route[] {
  world.accounts.push(
    account("demo-line", "小日子選物 LINE"),
    account("demo-line-2", "小日子選物 信義店", {
      state: "reconnect",
      state_reason: "token_expired",
      queue: {
        state: "parked",
        reason: "token_expired",
        waiting: 12,
        oldest_queued_at: iso(Date.now() - 5_400_000),
        last_sent_at: iso(Date.now() - 7_000_000),
      },
    }),
    account("demo-line-3", "舊官方帳號", { state: "disconnected", queue: null }),
  );
  return [
    ...teamRoutes(world, sessions),
    ...accountRoutes(world),
    ["GET", /^\/api\/v1\/audit-entries$/, (request) => audit(world, request)],
  ];
}

function teamRoutes(world: World, sessions: Sessions): Route[] {
  const edit = (id: string | undefined, fields: Partial<Teammate>): Teammate => {
    const teammate = world.team.find((each) => each.id === id);
    if (!teammate) throw new Refusal(404, "teammate_not_found", "There is no such teammate.");
    return Object.assign(teammate, fields);
  };
  return [
    [
      "GET",
      /^\/api\/v1\/teammates$/,
      ({ url }) => {
        const sorted = world.team.toSorted((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
        const { rows, next } = page(sorted, url);
        return ok({ teammates: rows, total: sorted.length, next_page_token: next });
      },
    ],
    [
      "PATCH",
      /^\/api\/v1\/teammates\/(?<id>[^/:]+)$/,
      ({ params, body }) => ok({ teammate: edit(params["id"], body) }),
    ],
    [
      "POST",
      /^\/api\/v1\/teammates\/(?<id>[^/:]+):disable$/,
      (request) => {
        if (sessions.caller(request).role !== "admin")
          throw new Refusal(403, "permission_denied", "Only admins may do this.");
        return ok({ teammate: edit(request.params["id"], { state: "disabled" }) });
      },
    ],
    [
      "POST",
      /^\/api\/v1\/teammates\/(?<id>[^/:]+):enable$/,
      ({ params }) => ok({ teammate: edit(params["id"], { state: "active" }) }),
    ],
    [
      "POST",
      /^\/api\/v1\/invitations$/,
      ({ body }) => {
        const email = String(body["email"]);
        if (world.team.some((each) => each.email === email)) {
          throw new Refusal(409, "teammate_exists", "Taken.", { errors: [{ field: "email", message: "Taken." }] });
        }
        const invited: Teammate = {
          id: world.newId("t"),
          email,
          name: String(body["name"]),
          phone: "",
          role: body["role"] as Role,
          state: "invited",
          created_at: iso(Date.now()),
          version: 1,
        };
        world.team.push(invited);
        return ok({ teammate: invited }, 201);
      },
    ],
  ];
}

function accountRoutes(world: World): Route[] {
  const edit = ({ params }: Request, fields: Partial<ChannelAccount>): ChannelAccount => {
    const found = world.accounts.find((each) => each.id === params["id"]);
    if (!found) throw new Refusal(404, "channel_account_not_found", "There is no such account.");
    Object.assign(found, fields);
    world.publish("channel_account.updated", { account_id: found.id, state: found.state });
    return found;
  };
  return [
    ["GET", /^\/api\/v1\/channel-accounts$/, () => ok({ channel_accounts: world.accounts, next_page_token: null })],
    [
      "POST",
      /^\/api\/v1\/channel-accounts$/,
      ({ body }) => {
        const created = account(world.newId("acc"), String(body["name"]), { provider_id: String(body["provider_id"]) });
        world.accounts.push(created);
        return ok(created, 201);
      },
    ],
    [
      "POST",
      /^\/api\/v1\/channel-accounts\/(?<id>[^/:]+):rotate-credentials$/,
      (request) => ok(edit(request, { state: "active", state_reason: null })),
    ],
    [
      "POST",
      /^\/api\/v1\/channel-accounts\/(?<id>[^/:]+):disconnect$/,
      (request) => ok(edit(request, { state: "disconnected", queue: null })),
    ],
    [
      "POST",
      /^\/api\/v1\/channel-accounts\/(?<id>[^/:]+):check$/,
      ({ params }) =>
        ok(
          params["id"] === "demo-line-2"
            ? { ok: false, display_name: null, failure_code: "token_expired", failure_detail: "invalid token" }
            : { ok: true, display_name: "小日子選物", failure_code: null, failure_detail: null },
        ),
    ],
  ];
}

const ACTIONS = [
  "teammate.invited",
  "channel_account.created",
  "teammate.updated",
  "channel_account.credentials_rotated",
  "session.created",
  "teammate.disabled",
];

function audit(world: World, { url }: Request): ReturnType<typeof ok> {
  const entries: AuditEntry[] = Array.from({ length: 73 }, (_, index) => ({
    id: `audit-${index}`,
    occurred_at: iso(Date.now() - index * 7_900_000),
    actor_id: index % 7 === 6 ? null : (world.team[index % 2]?.id ?? null),
    action: ACTIONS[index % ACTIONS.length] ?? "",
    target: index % 2 === 0 ? (world.team[index % 8]?.id ?? "") : "demo-line",
    fields: (index % 3 === 2 ? { role: "cs_agent", phone: "0912-000-111" } : {}) as Record<string, string>,
  }));
  const { rows, next } = page(entries, url, 25);
  return ok({ entries: rows, next_page_token: next });
}
