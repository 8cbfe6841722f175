import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aConversation } from "@/test/data";
import { FakeSocket } from "@/test/fake-socket";
import { backoff } from "./backoff";
import { Stream, type StreamDeps } from "./stream";

const changed = (cursor: string, version = 1) => ({
  type: "conversation.updated",
  cursor,
  data: { conversation: aConversation({ version }) },
});
const hello = { type: "hello", cursor: "e-100" };

function aStream(deps: Partial<StreamDeps> = {}) {
  const token = vi.fn(async () => "token");
  const onEvent = vi.fn();
  const onReload = vi.fn();
  const onHello = vi.fn();
  const stream = new Stream({
    url: "ws://desk.test/api/v1/stream",
    token,
    onEvent,
    onReload,
    onHello,
    open: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
    random: () => 1,
    ...deps,
  });
  return { stream, token, onEvent, onReload, onHello };
}

const connected = async (index = 0): Promise<FakeSocket> => {
  await vi.advanceTimersByTimeAsync(0);
  const socket = FakeSocket.opened[index];
  if (!socket) throw new Error(`connection ${index} was not opened`);
  return socket;
};

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened.length = 0;
});
afterEach(() => vi.useRealTimers());

describe("the live connection", () => {
  it("begins where the first list stands, and proves who listens", async () => {
    const { stream } = aStream();
    stream.start();
    expect(FakeSocket.opened).toHaveLength(0);
    stream.seed("e-7");
    const socket = await connected();
    expect(socket.cursor).toBe("e-7");
    expect(socket.protocols).toEqual(["frontdesk", "bearer.token"]);
  });

  it("begins at the greeting where no list was read, and has lists read again that came in between", async () => {
    const { stream, onReload } = aStream();
    stream.start();
    await vi.advanceTimersByTimeAsync(1_500);
    const socket = await connected();
    expect(socket.cursor).toBe("");
    expect(stream.seed("e-98")).toBe(true);
    socket.tell(hello);
    expect(stream.cursor).toBe("e-100");
    expect(onReload).toHaveBeenCalledTimes(1);
    expect(stream.seed("e-99")).toBe(false);
  });

  it("resumes after its last event, and takes none twice", async () => {
    const { stream, onEvent } = aStream();
    stream.seed("e-7");
    stream.start();
    const first = await connected();
    first.tell(hello);
    first.tell(changed("e-8"));
    first.tell(changed("e-9"));
    first.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    const second = await connected(1);
    expect(second.cursor).toBe("e-9");
    second.tell(hello);
    second.tell(changed("e-9"));
    second.tell(changed("e-10"));
    expect(onEvent.mock.calls.map(([event]) => event.cursor)).toEqual(["e-8", "e-9", "e-10"]);
  });

  it("does not skip what was missed when it is cut between the greeting and the replay", async () => {
    const { stream } = aStream();
    stream.seed("e-7");
    stream.start();
    const socket = await connected();
    socket.tell(hello);
    socket.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await connected(1)).cursor).toBe("e-7");
  });

  it("reads everything again when the server says that events are gone, and goes on from there", async () => {
    const { stream, onReload } = aStream();
    stream.seed("old-7");
    stream.start();
    const socket = await connected();
    socket.tell({ type: "reload", cursor: "new-3" });
    expect(onReload).toHaveBeenCalledTimes(1);
    expect(stream.cursor).toBe("new-3");
    expect(stream.seed("old-9")).toBe(true);
  });

  it("asks for a list again that is older than the first event it heard", async () => {
    const { stream } = aStream();
    stream.seed("e-7");
    stream.start();
    (await connected()).tell(hello);
    expect(stream.seed("e-6")).toBe(false);
    expect(stream.seed("e-7")).toBe(true);
    expect(stream.seed("e-12")).toBe(true);
  });

  it("waits longer after each failure, at random, and starts again at once when it is told that the network is back", async () => {
    const { stream } = aStream();
    stream.seed("e-7");
    stream.start();
    (await connected()).drop();
    expect(stream.state.get()).toMatchObject({ phase: "waiting" });
    await vi.advanceTimersByTimeAsync(1_000);
    (await connected(1)).drop();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(FakeSocket.opened).toHaveLength(2);
    stream.wake();
    expect((await connected(2)).cursor).toBe("e-7");
    expect([0, 1, 2, 9].map((attempt) => backoff(attempt, () => 1))).toEqual([1_000, 2_000, 4_000, 30_000]);
    expect(backoff(3, () => 0)).toBe(4_000);
  });

  it("says when there is no network, and does not try meanwhile", async () => {
    const { stream } = aStream();
    stream.seed("e-7");
    stream.start();
    (await connected()).tell(hello);
    stream.sleep();
    expect(stream.state.get()).toMatchObject({ phase: "offline" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.opened).toHaveLength(1);
  });

  it("leaves a connection that fell silent", async () => {
    const { stream } = aStream();
    stream.seed("e-7");
    stream.start();
    const socket = await connected();
    socket.tell(hello);
    await vi.advanceTimersByTimeAsync(60_000);
    socket.tell({ type: "ping" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stream.state.get().phase).toBe("online");
    await vi.advanceTimersByTimeAsync(10_500);
    expect(stream.state.get().phase).toBe("waiting");
  });

  it("brings another token when the server refused the last one", async () => {
    const { stream, token } = aStream();
    stream.seed("e-7");
    stream.start();
    (await connected()).drop(4401);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(token).toHaveBeenLastCalledWith("token");
  });

  it("presents a newer token once, on the open connection", async () => {
    const { stream } = aStream();
    stream.present("too-early");
    stream.seed("e-7");
    stream.start();
    const socket = await connected();
    socket.tell(hello);
    for (const each of ["token", "newer", "newer"]) stream.present(each);
    expect(socket.sent.map((text) => JSON.parse(text))).toEqual([{ type: "token", access_token: "newer" }]);
  });

  it("keeps its place over events it does not know", async () => {
    const { stream, onEvent } = aStream();
    stream.seed("e-7");
    stream.start();
    (await connected()).tell({ type: "coupon.created", cursor: "e-8", data: {} });
    expect(stream.cursor).toBe("e-8");
    expect(onEvent).not.toHaveBeenCalled();
  });
});
