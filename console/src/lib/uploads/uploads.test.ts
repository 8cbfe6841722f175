import { describe, expect, it, vi } from "vitest";
import { ApiError, NetworkError } from "@/lib/api/errors";
import { PIECE_BYTES, type Upload } from "./api";
import { type UploadDeps, Uploads } from "./uploads";

const SIZE = PIECE_BYTES * 2 + 7;
const aFile = () => new File([new Uint8Array(SIZE)], "photo.jpg", { type: "image/jpeg" });

/** A server that keeps what it took, and does not answer as often as it is told. */
function aServer({ loses = 0 }: { loses?: number } = {}) {
  let offset = 0;
  let silent = loses;
  const state = (): Upload["state"] => (offset < SIZE ? "uploading" : "ready");
  const upload = (): Upload => ({ id: "u1", offset, size_bytes: SIZE, state: state(), thumbnail_url: "/media/s" });
  const append = vi.fn<UploadDeps["append"]>(async (_id, at, piece) => {
    if (at !== offset) throw new ApiError(409, { code: "upload_offset" });
    offset += piece.size;
    if (silent > 0) {
      silent -= 1;
      throw new NetworkError(null);
    }
    return { offset, state: offset < SIZE ? "uploading" : "converting" };
  });
  const deps = { create: vi.fn(async () => upload()), append, get: vi.fn(async () => upload()) };
  return { ...deps, pause: () => Promise.resolve() };
}

const refused = async (): Promise<Upload> => ({
  id: "u1",
  offset: SIZE,
  size_bytes: SIZE,
  state: "failed",
  failure_code: "unreadable",
});
const first = (uploads: Uploads) => uploads.items.get()[0];
const ready = (uploads: Uploads) => vi.waitFor(() => expect(first(uploads)?.state).toBe("ready"));

describe("files on their way", () => {
  it("go in pieces, and are ready when the server says so", async () => {
    const server = aServer();
    const uploads = new Uploads(server);
    uploads.add("c1", { file: aFile(), kind: "image" });
    await ready(uploads);
    expect(server.append.mock.calls.map(([, at]) => at)).toEqual([0, PIECE_BYTES, PIECE_BYTES * 2]);
    expect(first(uploads)).toMatchObject({ id: "u1", sent: SIZE, thumbnailUrl: "/media/s" });
  });

  it("resume behind what arrived although its answer did not", async () => {
    const server = aServer({ loses: 2 });
    const uploads = new Uploads(server);
    uploads.add("c1", { file: aFile(), kind: "image" });
    await ready(uploads);
    expect(server.append.mock.calls.map(([, at]) => at)).toEqual([0, PIECE_BYTES, PIECE_BYTES * 2]);
    expect(server.create).toHaveBeenCalledTimes(1);
  });

  it("fail clearly when nothing moves, and go on by hand", async () => {
    const server = aServer();
    const gone = vi.fn<UploadDeps["append"]>(async () => {
      throw new NetworkError(null);
    });
    const deps = { ...server, append: gone };
    const uploads = new Uploads(deps);
    uploads.add("c1", { file: aFile(), kind: "image" });
    await vi.waitFor(() => expect(first(uploads)?.failure?.code).toBe("network"));
    deps.append = server.append;
    uploads.retry(first(uploads)?.key ?? "");
    await ready(uploads);
    expect(server.create).toHaveBeenCalledTimes(1);
  });

  it("say what the server finds wrong with them", async () => {
    const server = aServer();
    const uploads = new Uploads({ ...server, get: refused });
    uploads.add("c1", { file: aFile(), kind: "image" });
    await vi.waitFor(() => expect(first(uploads)).toMatchObject({ state: "failed", failure: { code: "unreadable" } }));
  });

  it("can be called off in the middle", async () => {
    const server = aServer();
    let aborted = false;
    const append: UploadDeps["append"] = (_id, _at, _piece, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted = true;
          reject(new Error("aborted"));
        });
      });
    const uploads = new Uploads({ ...server, append });
    uploads.add("c1", { file: aFile(), kind: "image" });
    await vi.waitFor(() => expect(first(uploads)?.state).toBe("uploading"));
    uploads.remove(first(uploads)?.key ?? "");
    await vi.waitFor(() => expect(aborted).toBe(true));
    expect(uploads.items.get()).toEqual([]);
  });
});
