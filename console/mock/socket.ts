import type { Server } from "node:http";
import { WebSocketServer } from "ws";
import type { Sessions } from "./sessions.ts";
import type { World } from "./world.ts";

const PING_MS = 20_000;

/** /api/v1/stream: greets, tells what was missed since ?cursor= or to reload, then every event. Returns how to cut all connections. */
export function attachStream(server: Server, world: World, sessions: Sessions): () => void {
  const sockets = new WebSocketServer({ server, path: "/api/v1/stream", handleProtocols: () => "frontdesk" });
  sockets.on("connection", (socket, request) => {
    const token = /bearer\.([^,\s]+)/.exec(request.headers["sec-websocket-protocol"] ?? "")?.[1] ?? "";
    if (!sessions.teammate(token)) return socket.close(4401);
    const send = (frame: unknown): void => socket.send(JSON.stringify(frame));
    const cursor = new URL(request.url ?? "", "http://mock").searchParams.get("cursor");
    const missed = cursor ? world.since(cursor) : [];
    send({ type: "hello", cursor: world.cursor });
    if (missed === null) send({ type: "reload", cursor: world.cursor });
    for (const event of missed ?? []) send(event);
    const ping = setInterval(() => send({ type: "ping", cursor: world.cursor }), PING_MS);
    world.listeners.add(send);
    socket.on("close", () => {
      clearInterval(ping);
      world.listeners.delete(send);
    });
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
  };
}
