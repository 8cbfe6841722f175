import type { Problem } from "@/lib/api/types";

/** The server answered, and the answer is no: an RFC 9457 problem. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** Messages by field name, for forms. */
  readonly fields: Record<string, string>;
  /** Which of several texts for the code: "here" when it speaks of an account of this team's own. */
  readonly context: "here" | undefined;
  /** Seconds until trying again makes sense; 0 when the server does not say. */
  readonly retryAfter: number;

  constructor(status: number, problem: Problem, retryAfter = 0) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? "";
    this.detail = problem.detail ?? problem.title ?? "";
    this.fields = Object.fromEntries((problem.errors ?? []).map((error) => [error.field, error.message]));
    this.context = problem["account_id"] ? "here" : undefined;
    this.retryAfter = retryAfter || (problem.retry_after_seconds ?? 0);
  }
}

/** No answer came: the network is away, or the server did not answer in time. The request may have taken effect. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super("The server could not be reached", { cause });
    this.name = "NetworkError";
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** Answers that a second try of the very same request may turn into success. */
export const isTransient = (error: unknown): boolean =>
  error instanceof NetworkError || (error instanceof ApiError && (error.status >= 500 || error.status === 429));

/** Reads an error answer; anything that is not problem+json (a proxy's page) becomes a problem without words. */
export async function readProblem(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get("Retry-After") ?? 0);
  const body: unknown = await response.json().catch(() => null);
  const problem = typeof body === "object" && body !== null ? (body as Problem) : {};
  return new ApiError(response.status, problem, Number.isFinite(retryAfter) ? retryAfter : 0);
}
