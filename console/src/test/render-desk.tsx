import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import { I18nextProvider } from "react-i18next";
import { createMemoryRouter, RouterProvider } from "react-router";
import { vi } from "vitest";
import { DeskProvider } from "@/lib/desk/context";
import { i18n } from "@/lib/i18n/i18n";
import { type Session, sessionState } from "@/lib/session/session";
import { FakeSocket } from "./fake-socket";

export type FakeApi = Record<string, (request: { body: unknown; url: URL; headers: Headers }) => unknown>;

export const problem = (status: number, body: object = {}, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify({ status, ...body }), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });

/** Answers fetch by "METHOD /path"; what a test does not mention answers with an empty list of everything. */
export function fakeApi(api: FakeApi): void {
  vi.stubGlobal("fetch", async (input: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input, "http://desk.test");
    const handler = api[`${init.method ?? "GET"} ${url.pathname.replace("/api/v1", "")}`];
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const answer = handler ? await handler({ body, url, headers: new Headers(init.headers) }) : NOTHING;
    return answer instanceof Response ? answer : new Response(answer === undefined ? "" : JSON.stringify(answer));
  });
}

const NOTHING = {
  sources: [],
  teammates: [],
  channel_accounts: [],
  conversations: [],
  messages: [],
  entries: [],
  requests: [],
  next_page_token: null,
  total: 0,
  cursor: "e-1",
};

/** Renders for a signed-in teammate, at an address. */
export function renderDesk(
  element: ReactElement,
  session: Session,
  { path = "/", at = "/", api = {} }: { path?: string; at?: string; api?: FakeApi } = {},
) {
  sessionState.set({ status: "signed-in", session });
  FakeSocket.opened.length = 0;
  vi.stubGlobal("WebSocket", Object.assign(FakeSocket, { OPEN: 1, CLOSED: 3 }));
  fakeApi(api);
  const router = createMemoryRouter(
    [
      { path, element },
      { path: "*", element: null },
    ],
    { initialEntries: [at] },
  );
  return render(
    <I18nextProvider i18n={i18n}>
      <DeskProvider session={session}>
        <RouterProvider router={router} />
      </DeskProvider>
    </I18nextProvider>,
  );
}
