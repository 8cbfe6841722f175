import type { Me, SessionAnswer, Teammate } from "../src/lib/api/types.ts";
import { ok, Refusal, type Answer, type Request, type Route } from "./http.ts";
import { PERMISSIONS } from "./team.ts";
import type { World } from "./world.ts";

const COOKIE = "frontdesk_refresh";
const MOST_FAILURES = 5;
const BLOCKED_MS = 10_000;

export class Sessions {
  readonly #tokens = new Map<string, string>();
  readonly #refresh = new Map<string, string>();
  readonly #world: World;
  #failures = 0;
  #blockedUntil = 0;
  /** Seconds an access token lives. */
  lifetime = 600;

  constructor(world: World) {
    this.#world = world;
  }

  teammate(token: string): Teammate | null {
    return this.#world.team.find(({ id }) => id === this.#tokens.get(token)) ?? null;
  }

  /** Whoever sent the request, or a 401. */
  caller(request: Request): Teammate {
    const teammate = this.teammate((request.headers.authorization ?? "").replace("Bearer ", ""));
    if (!teammate) throw new Refusal(401, "unauthenticated", "Sign in first.");
    return teammate;
  }

  routes(): Route[] {
    return [
      ["POST", /^\/api\/v1\/sessions$/, (request) => this.#signIn(request)],
      ["POST", /^\/api\/v1\/sessions:refresh$/, (request) => this.#renew(request)],
      ["DELETE", /^\/api\/v1\/sessions\/current$/, () => ({ status: 204, headers: { "Set-Cookie": cookie("", 0) } })],
      ["GET", /^\/api\/v1\/me$/, (request) => ok(this.#me(this.caller(request)))],
      ["POST", /^\/api\/v1\/password-resets$/, () => ({ status: 202 })],
      ["POST", /^\/api\/v1\/password-resets:complete$/, ({ body }) => spent(body["token"]) ?? { status: 204 }],
      [
        "GET",
        /^\/api\/v1\/invitations\/(?<token>[^/:]+)$/,
        ({ params }) =>
          spent(params["token"]) ?? ok({ email: "new@demo.test", name: "何欣怡", tenant_name: "小日子選物" }),
      ],
      ["POST", /^\/api\/v1\/invitations\/(?<token>[^/:]+):accept$/, () => ({ status: 204 })],
    ];
  }

  #signIn({ body }: Request): Answer {
    if (this.#failures >= MOST_FAILURES) this.#blockedUntil = Date.now() + BLOCKED_MS;
    if (this.#blockedUntil > Date.now()) {
      this.#failures = 0;
      const seconds = Math.ceil((this.#blockedUntil - Date.now()) / 1000);
      throw new Refusal(429, "too_many_attempts", "Too many attempts.", { retry_after_seconds: seconds });
    }
    const teammate = this.#world.team.find(({ email }) => email === body["email"]);
    if (!teammate || body["password"] !== "frontdesk") {
      this.#failures += 1;
      throw new Refusal(401, "wrong_credentials", "The email or the password is wrong.");
    }
    this.#failures = 0;
    return this.#issue(teammate, 201);
  }

  #renew({ headers }: Request): Answer {
    const token = /frontdesk_refresh=([^;]+)/.exec(headers.cookie ?? "")?.[1] ?? "";
    const teammate = this.#world.team.find(({ id }) => id === this.#refresh.get(token));
    if (!teammate) throw new Refusal(401, "unauthenticated", "Sign in first.");
    this.#refresh.delete(token);
    return this.#issue(teammate, 200);
  }

  #issue(teammate: Teammate, status: number): Answer {
    const [access, refresh] = [crypto.randomUUID(), crypto.randomUUID()];
    this.#tokens.set(access, teammate.id);
    this.#refresh.set(refresh, teammate.id);
    const body: SessionAnswer = {
      ...this.#me(teammate),
      access_token: access,
      token_type: "Bearer",
      expires_in: this.lifetime,
      expires_at: new Date(Date.now() + this.lifetime * 1000).toISOString(),
      session_id: access,
      refresh_token: refresh,
      refresh_expires_at: new Date(Date.now() + 2_592_000_000).toISOString(),
    };
    return { status, body, headers: { "Set-Cookie": cookie(refresh, 2_592_000) } };
  }

  #me(teammate: Teammate): Me {
    const tenant = {
      id: "tenant-demo",
      name: "小日子選物",
      slug: "demo",
      region: "tw",
      plan: "standard",
      entitlements: [],
    };
    return { teammate, tenant, permissions: PERMISSIONS[teammate.role] };
  }
}

const cookie = (value: string, age: number): string =>
  `${COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=${age}`;

function spent(token: unknown): Answer | null {
  if (token === "expired") throw new Refusal(400, "link_expired", "This link was used or has expired.");
  return null;
}
