import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { deskRoutes } from "./desk.ts";
import { files } from "./files.ts";
import { listener, type Route } from "./http.ts";
import { Sessions } from "./sessions.ts";
import { settingsRoutes } from "./settings.ts";
import { attachStream } from "./socket.ts";
import { World } from "./world.ts";

export type Mock = {
  url: string;
  world: World;
  sessions: Sessions;
  cutStreams: () => void;
  close: () => Promise<void>;
};

/** A stand-in for the gateway with made-up data, for the console's own tests and for working on it alone. */
export async function startMock({ port = 0, conversations = 320 } = {}): Promise<Mock> {
  const world = new World(conversations);
  const sessions = new Sessions(world);
  const routes: Route[] = [
    ...sessions.routes(),
    ...deskRoutes(world, sessions),
    ...settingsRoutes(world, sessions),
    customerWrites(world),
  ];
  const answer = listener(routes);
  const server = createServer((req, res) =>
    /^\/(api|mock)\//.test(req.url ?? "") ? answer(req, res) : files(req, res),
  );
  const cutStreams = attachStream(server, world, sessions);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      cutStreams();
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, world, sessions, cutStreams, close };
}

/** POST /mock/messages {conversation_id, text}: a customer writes. */
const customerWrites = (world: World): Route => [
  "POST",
  /^\/mock\/messages$/,
  ({ body }) => ({ status: 201, body: world.append(String(body["conversation_id"]), { text: String(body["text"]) }) }),
];
