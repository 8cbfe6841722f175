import { NetworkError, readProblem } from "@/lib/api/errors";

const API = "/api/v1";
const TIMEOUT_MS = 20_000;

export type Query = Record<string, string | number | boolean | null | undefined | string[]>;

export type HttpOptions = {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  query?: Query;
  body?: unknown;
  /** Bytes as they are, instead of a JSON body. */
  raw?: Blob;
  timeoutMs?: number;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** "/conversations" with a query: lists repeat their key, null and undefined are left out. */
export function buildUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const item of Array.isArray(value) ? value : [String(value)]) search.append(key, item);
  }
  return `${API}${path}${search.size > 0 ? `?${search}` : ""}`;
}

/**
 * One request without any session. Resolves to the parsed body, undefined for an empty one.
 * Throws ApiError for an answer that is not 2xx, NetworkError when none came within 20 s (or timeoutMs).
 */
export async function http<T>(path: string, options: HttpOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (!response.ok) throw await readProblem(response);
  const text = await response.text().catch((error: unknown) => {
    throw new NetworkError(error);
  });
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function send(path: string, { method = "GET", query, headers, signal, ...rest }: HttpOptions): Promise<Response> {
  const { content, type } = contentOf(rest);
  const limit = AbortSignal.timeout(rest.timeoutMs ?? TIMEOUT_MS);
  try {
    return await fetch(buildUrl(path, query), {
      method,
      credentials: "same-origin",
      headers: { Accept: "application/json", ...(type && { "Content-Type": type }), ...headers },
      ...(content !== undefined && { body: content }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NetworkError(error);
  }
}

function contentOf({ body, raw }: HttpOptions): { content?: string | Blob; type?: string } {
  if (raw) return { content: raw, type: "application/octet-stream" };
  return body === undefined ? {} : { content: JSON.stringify(body), type: "application/json" };
}
