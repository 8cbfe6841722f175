import { useParams, useSearchParams } from "react-router";

/** The token of a link from a mail: in the path or in the query. */
export function useLinkToken(): string {
  const { token } = useParams();
  const [search] = useSearchParams();
  return token ?? search.get("token") ?? "";
}
