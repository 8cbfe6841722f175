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
/** The server pings; a connection silent for this long is dead even if nobody said so. */
const SILENCE_MS = 70_000;
const TOKEN_RENEWAL_MS = 5 * 60_000;

/** One live connection that comes back by itself and resumes at its cursor, so that no event is missed or told twice. */
export class Stream {
  readonly state = new Store<StreamState>({ phase: "connecting" });
  #socket: WebSocket | null = null;
  #cursor: string | null = null;
  #start: string | null = null;
  #attempt = 0;
  #greeted = false;
  #lastOnline = Date.now();
  #usedToken: string | undefined;
  #refused = false;
  #stopped = true;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setInterval> | undefined;

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
    if (this.#start === null || (!this.#greeted && isBefore(cursor, this.#start))) {
      this.#start = cursor;
      this.#cursor = cursor;
      if (!this.#stopped && this.#socket === null && this.#retry === undefined) void this.#connect();
      return true;
    }
    return !isBefore(cursor, this.#start);
  }

  start(): void {
    this.#stopped = false;
    if (this.#start !== null) void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
  }

  /** Try now rather than when the pause is over. */
  wake(): void {
    if (this.#stopped || this.#socket !== null || this.#start === null) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    void this.#connect();
  }

  /** The browser lost its network: say so at once instead of waiting for the silence. */
  sleep(): void {
    if (this.#stopped) return;
    this.#drop();
    this.state.set({ phase: "offline", since: this.#lastOnline });
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
    if (frame.type === "hello") return this.#welcome();
    if (frame.type === "reload") {
      this.#cursor = frame.cursor;
      this.#start = frame.cursor;
      return this.#deps.onReload();
    }
    if (frame.cursor === undefined || isSeen(frame.cursor, this.#cursor)) return;
    this.#cursor = frame.cursor;
    if (frame.type !== "ping") this.#deps.onEvent(frame);
  }

  // The greeting's own cursor is not taken: what was missed is still to come, and a cut in between must not skip it.
  #welcome(): void {
    this.#attempt = 0;
    const first = !this.#greeted;
    this.#greeted = true;
    this.#renewal = setInterval(() => void this.#renewToken(), TOKEN_RENEWAL_MS);
    this.state.set({ phase: "online" });
    this.#deps.onHello(first);
  }

  async #renewToken(): Promise<void> {
    const token = await this.#deps.token().catch(() => null);
    if (token && this.#socket?.readyState === WebSocket.OPEN) {
      this.#usedToken = token;
      this.#socket.send(JSON.stringify({ type: "token", access_token: token }));
    }
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
    clearInterval(this.#renewal);
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
