import type { IncomingMessage, ServerResponse } from "node:http";

export type Request = {
  method: string;
  url: URL;
  params: Record<string, string>;
  body: Record<string, unknown>;
  headers: IncomingMessage["headers"];
};
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
export type Handler = (request: Request) => Answer | Promise<Answer>;
export type Route = [method: string, pattern: RegExp, handler: Handler];

/** Thrown by a handler to answer with an RFC 9457 problem. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: Record<string, unknown>;

  constructor(status: number, code: string, detail: string, more: Record<string, unknown> = {}) {
    super(detail);
    this.status = status;
    this.problem = { type: "about:blank", title: code, status, detail, code, ...more };
  }
}

export const ok = (body: unknown, status = 200): Answer => ({ status, body });

/** Dispatches to the first route whose pattern fits; named groups become params. */
export function listener(routes: Route[]): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    void respond(routes, req).then(({ status, body, headers }) => {
      const problem = status >= 400 ? "application/problem+json" : "application/json";
      res.writeHead(status, { "Content-Type": problem, "Cache-Control": "no-store", ...headers });
      res.end(body === undefined ? "" : JSON.stringify(body));
    });
  };
}

async function respond(routes: Route[], req: IncomingMessage): Promise<Answer> {
  const url = new URL(req.url ?? "/", "http://mock");
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  for (const [method, pattern, handler] of routes) {
    const match = method === req.method ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {};
    try {
      return await handler({ method, url, params: { ...match.groups }, body, headers: req.headers });
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.problem, headers: retryAfter(error) };
      throw error;
    }
  }
  return ok({ title: "not_found", status: 404, code: "not_found", detail: "No such address." }, 404);
}

const retryAfter = (error: Refusal): Record<string, string> =>
  error.status === 429 ? { "Retry-After": String(error.problem["retry_after_seconds"] ?? 1) } : {};

/** One page of `rows` after the given token, which is the index to go on from. */
export function page<T>(rows: T[], url: URL, fallback = 50): { rows: T[]; next: string | null } {
  const size = Number(url.searchParams.get("page_size") ?? fallback);
  const start = Number(url.searchParams.get("page_token") ?? 0);
  return { rows: rows.slice(start, start + size), next: start + size < rows.length ? String(start + size) : null };
}
