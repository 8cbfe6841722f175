/** The desk's API under /widget/v1. Times are RFC 3339 in UTC. */
export interface Config {
  name: string;
  chat: boolean;
  form: boolean;
  text_limit: number;
  image_types: string[];
  image_bytes: number;
}

export interface Member {
  name: string;
  email: string;
  phone: string;
}

export interface Session {
  visitor_token: string;
  member: Member | null;
}

export interface Picture {
  url: string;
  thumbnail_url: string;
}

export interface Message {
  id: string;
  /** What the sender called it; the same again is the same message. */
  client_id: string;
  direction: "inbound" | "outbound";
  text: string;
  images: Picture[];
  sent_at: string;
}

export interface Messages {
  messages: Message[];
  next_page_token: string;
  /** Where to go on listening. */
  cursor: string;
}

export interface Draft {
  id: string;
  text: string;
  images: string[];
  page: { url: string; title: string };
  language: string;
}

export interface Form extends Draft {
  name: string;
  email: string;
  phone: string;
  subject: string;
}

/** The code of a refusal of a member token that the shop did not sign as it should; not of one that is over. */
export const BAD_MEMBER = "bad_member";

export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

export class Api {
  readonly #root: string;
  visitorToken = "";
  memberToken = "";
  #warned = false;

  constructor(desk: string, account: string) {
    this.#root = `${desk}/widget/v1/${encodeURIComponent(account)}`;
  }

  config(): Promise<Config> {
    return this.#call("GET", "/config");
  }

  session(): Promise<Session> {
    return this.#json("POST", "/sessions", { visitor_token: this.visitorToken });
  }

  messages(pageToken = ""): Promise<Messages> {
    return this.#call("GET", `/messages?page_token=${encodeURIComponent(pageToken)}`);
  }

  /** Answers as soon as there is something after the cursor, or with nothing after half a minute. */
  news(cursor: string, signal: AbortSignal): Promise<Messages> {
    return this.#call("GET", `/news?cursor=${encodeURIComponent(cursor)}`, { signal });
  }

  send(draft: Draft): Promise<Message> {
    return this.#json("POST", "/messages", draft);
  }

  form(form: Form): Promise<{ id: string; answered_by: "email" | "phone" | "member" }> {
    return this.#json("POST", "/forms", form);
  }

  /** Sends a picture's bytes; the answer's id goes into a draft. */
  picture(file: Blob, progress: (share: number) => void): Promise<{ id: string }> {
    return new Promise((resolve, reject) => {
      // fetch cannot tell how far an upload has come.
      const request = new XMLHttpRequest();
      request.open("POST", `${this.#root}/images`);
      for (const [name, value] of Object.entries(this.#headers())) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", ({ loaded, total }) => total && progress(loaded / total));
      request.addEventListener("error", () => reject(new Refused(0, "offline", "")));
      request.addEventListener("load", () => {
        const answer: unknown = parsed(request.responseText);
        if (request.status < 300) resolve(answer as { id: string });
        else reject(this.#refusal(request.status, answer));
      });
      request.send(file);
    });
  }

  #headers(): Record<string, string> {
    const token = this.memberToken || this.visitorToken;
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  #refusal(status: number, content: unknown): Refused {
    const { code = "", detail = "" } = (content ?? {}) as { code?: string; detail?: string };
    if (code !== "bad_token" || !this.memberToken) return new Refused(status, String(code), String(detail));
    if (!this.#warned) {
      // oxlint-disable-next-line no-console -- the shop's developer looks here
      console.error(`Frontdesk: the member token was refused. ${detail}`);
      this.#warned = true;
    }
    return new Refused(status, BAD_MEMBER, String(detail));
  }

  #json<T>(method: string, path: string, body: unknown): Promise<T> {
    return this.#call(method, path, { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  }

  async #call<T>(method: string, path: string, init: RequestInit = {}): Promise<T> {
    const headers = { ...this.#headers(), ...(init.headers as Record<string, string> | undefined) };
    let answer: Response;
    try {
      answer = await fetch(this.#root + path, { ...init, method, headers, credentials: "omit" });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new Refused(0, "offline", "");
    }
    const content: unknown = parsed(await answer.text());
    if (!answer.ok) throw this.#refusal(answer.status, content);
    return content as T;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
