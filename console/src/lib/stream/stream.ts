import { Store } from "@/lib/store";
import { backoff } from "@/lib/stream/backoff";
import { isBefore, isSeen } from "@/lib/stream/cursor";
import { type EventFrame, type Frame, parseFrame } from "@/lib/stream/frames";

export type StreamState =
  | { phase: "connecting" }
  | { phase: "online" }
  /** Lost; tries again at `retryAt` (epoch ms). `since`: when it was last online. */
  | { phase: "waiting"; retryAt: number; since: number }
  /** The browser itself says that there is no network. */
  | { phase: "offline"; since: number };

export type StreamDeps = {
  url: string;
  /** A fresh access token; `spent` is the one the server just refused. */
  token: (spent?: string) => Promise<string>;
  onEvent: (event: EventFrame) => void;
  /** Events were missed: everything shown has to be read again. */
  onReload: () => void;
  /** Every connection, once the server greeted. */
  onHello: (first: boolean) => void;
  open?: (url: string, protocols: string[]) => WebSocket;
  random?: () => number;
  isOffline?: () => boolean;
};

/** The server closes with this when the session behind the token has ended. */
const CLOSE_UNAUTHORIZED = 4401;
/** A page without lists never seeds: then events begin at the greeting. */
const SEED_PATIENCE_MS = 1_500;
/** The server pings; a connection silent for this long is dead even if nobody said so. */
const SILENCE_MS = 70_000;

/** One live connection that comes back by itself and resumes at its cursor, so that no event is missed or told twice. */
export class Stream {
  readonly state = new Store<StreamState>({ phase: "connecting" });
  #socket: WebSocket | null = null;
  #cursor: string | null = null;
  #start: string | null = null;
  /** Connecting without a place to begin; lists read meanwhile may miss what happens before the greeting. */
  #blind = false;
  #seeded: string | null = null;
  #attempt = 0;
  #greeted = false;
  #lastOnline = Date.now();
  #usedToken: string | undefined;
  #refused = false;
  #stopped = true;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  readonly #deps: StreamDeps;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  /**
   * A list was read and stands at `cursor`. Before the first connection this is where events begin. Returns false
   * when the list is older than the first event heard: what happened between is unknown, so it must be read again.
   */
  seed(cursor: string): boolean {
    if (this.#blind) {
      this.#seeded ??= cursor;
      return true;
    }
    if (this.#start === null || (!this.#greeted && isBefore(cursor, this.#start))) {
      this.#start = cursor;
      this.#cursor = cursor;
      if (!this.#greeted) this.wake();
      return true;
    }
    return !isBefore(cursor, this.#start);
  }

  start(): void {
    this.#stopped = false;
    if (this.#start !== null) void this.#connect();
    else this.#retry = setTimeout(() => void this.#connect(), SEED_PATIENCE_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
  }

  /** Try now rather than when the pause is over. */
  wake(): void {
    if (this.#stopped || this.#socket !== null) return;
    clearTimeout(this.#retry);
    void this.#connect();
  }

  /** The browser lost its network: say so at once instead of waiting for the silence. */
  sleep(): void {
    if (this.#stopped) return;
    this.#drop();
    this.state.set({ phase: "offline", since: this.#lastOnline });
  }

  #beginAt(cursor: string): void {
    this.#blind = false;
    this.#start = cursor;
    this.#cursor = cursor;
    if (this.#seeded !== null && this.#seeded !== cursor) this.#deps.onReload();
  }

  /** A newer token for the open connection, before the one it was opened with ends. */
  present(token: string): void {
    if (this.state.get().phase !== "online" || token === this.#usedToken) return;
    this.#usedToken = token;
    this.#socket?.send(JSON.stringify({ type: "token", access_token: token }));
  }

  async #connect(): Promise<void> {
    this.#retry = undefined;
    if (this.#deps.isOffline?.()) return this.sleep();
    if (this.state.get().phase !== "online") this.state.set({ phase: "connecting" });
    try {
      this.#usedToken = await this.#deps.token(this.#refused ? this.#usedToken : undefined);
    } catch {
      return this.#pause();
    }
    if (this.#stopped || this.#socket !== null) return;
    this.#refused = false;
    this.#blind = this.#cursor === null;
    this.#listen(this.#openSocket(this.#usedToken));
  }

  #openSocket(token: string): WebSocket {
    const url = `${this.#deps.url}?${new URLSearchParams({ cursor: this.#cursor ?? "" })}`;
    const protocols = ["frontdesk", `bearer.${token}`];
    return this.#deps.open?.(url, protocols) ?? new WebSocket(url, protocols);
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    this.#watchSilence();
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      if (this.#socket !== socket) return;
      this.#watchSilence();
      this.#receive(parseFrame(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (this.#socket === socket) this.#lost(event.code);
    });
  }

  #receive(frame: Frame): void {
    if (frame.type === "hello") return this.#welcome(frame.cursor);
    if (frame.type === "reload") {
      this.#cursor = frame.cursor;
      this.#start = frame.cursor;
      return this.#deps.onReload();
    }
    if (frame.cursor === undefined || isSeen(frame.cursor, this.#cursor)) return;
    this.#cursor = frame.cursor;
    if (frame.type !== "ping") this.#deps.onEvent(frame);
  }

  // Of a resumed stream the greeting's own cursor is not taken: what was missed is still to come, and a cut in between must not skip it.
  #welcome(cursor: string): void {
    if (this.#blind) this.#beginAt(cursor);
    this.#attempt = 0;
    const first = !this.#greeted;
    this.#greeted = true;
    this.state.set({ phase: "online" });
    this.#deps.onHello(first);
  }

  #lost(code: number): void {
    this.#drop();
    this.#refused = code === CLOSE_UNAUTHORIZED;
    if (!this.#stopped) this.#pause();
  }

  #pause(): void {
    if (this.#stopped) return;
    const delay = backoff(this.#attempt, this.#deps.random);
    this.#attempt += 1;
    this.state.set({ phase: "waiting", retryAt: Date.now() + delay, since: this.#lastOnline });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), delay);
  }

  #drop(): void {
    if (this.state.get().phase === "online") this.#lastOnline = Date.now();
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#retry = undefined;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #watchSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(0), SILENCE_MS);
  }
}
