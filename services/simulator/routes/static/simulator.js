// The simulator's control API, wherever it is served: addresses are relative to this file.

export const root = new URL("..", import.meta.url);
const TOKEN = "frontdesk-simulator-token";

/** An answer that was not a success; `status` is 0 when there was no answer at all. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** A request to the control API. Objects are sent as JSON; answers are JSON, or a Blob where `blob` is asked for. */
export async function call(method, path, { body, blob = false, type } = {}) {
  const response = await request(method, path, body, type);
  if (response.status === 403 && (await askForToken(response.clone()))) {
    return call(method, path, { body, blob, type });
  }
  if (!response.ok) {
    throw new Problem(response.status, await explain(response));
  }
  return blob ? response.blob() : response.status === 204 ? null : response.json();
}

/** Calls `onEvent` with every event that fits the query, for as long as the page is open; `onState(true)` when connected. */
export async function follow(query, onEvent, onState) {
  let cursor = "";
  for (;;) {
    try {
      const address = `control/events?${new URLSearchParams(query)}${cursor && `&after=${cursor}`}`;
      const response = await request("GET", address, undefined, undefined, "text/event-stream");
      if (!response.ok) throw new Problem(response.status, "");
      onState(true, cursor !== "");
      for await (const message of messages(response.body)) {
        cursor = message.id ?? cursor;
        if (message.data !== "{}") onEvent(JSON.parse(message.data));
      }
    } catch (error) {
      if (!(error instanceof Problem || error instanceof TypeError)) throw error;
    }
    onState(false);
    await new Promise((resume) => setTimeout(resume, 1000));
  }
}

async function request(method, path, body, type, accept) {
  const headers = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (accept) headers.Accept = accept;
  if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
  const raw = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  try {
    return await fetch(new URL(path, root), { method, headers, body: raw });
  } catch (error) {
    throw new Problem(0, error.message);
  }
}

async function* messages(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const message = {};
      for (const line of block.split("\n")) {
        const colon = line.indexOf(": ");
        if (colon > 0) message[line.slice(0, colon)] = line.slice(colon + 2);
      }
      if (message.data !== undefined) yield message;
    }
  }
}

async function askForToken(response) {
  const detail = await explain(response);
  if (!detail.includes("FRONTDESK_SIMULATOR_TOKEN>")) return false;
  const token = window.prompt("FRONTDESK_SIMULATOR_TOKEN");
  if (!token) return false;
  sessionStorage.setItem(TOKEN, token);
  return true;
}

async function explain(response) {
  try {
    return (await response.json()).detail ?? response.statusText;
  } catch {
    return response.statusText;
  }
}
