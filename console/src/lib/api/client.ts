import { ApiError } from "@/lib/api/errors";
import { http, type HttpOptions } from "@/lib/api/http";
import { accessToken, endSession, renew } from "@/lib/session/session";

/** A request of the signed-in teammate. A refused token is renewed once; refused again, the session is over. */
export async function api<T>(path: string, options: HttpOptions = {}): Promise<T> {
  const token = await accessToken();
  try {
    return await authorized<T>(path, options, token);
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
  }
  const { token: renewed } = await renew(token);
  try {
    return await authorized<T>(path, options, renewed);
  } catch (error) {
    if (isUnauthorized(error)) endSession(true);
    throw error;
  }
}

const isUnauthorized = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

const authorized = <T>(path: string, options: HttpOptions, token: string): Promise<T> =>
  http<T>(path, { ...options, headers: { ...options.headers, Authorization: `Bearer ${token}` } });
