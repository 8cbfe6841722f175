import { createReadStream, existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";

const DIST = join(import.meta.dirname, "..", "dist");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

/** The built console, under a policy as strict as the real one's. Addresses of pages answer with the one page there is. */
export function files(req: IncomingMessage, res: ServerResponse): void {
  const path = join(DIST, normalize(new URL(req.url ?? "/", "http://mock").pathname));
  const file = extname(path) !== "" && path.startsWith(DIST) && existsSync(path) ? path : join(DIST, "index.html");
  res.writeHead(200, {
    "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
    "Content-Security-Policy": "default-src 'self'",
  });
  createReadStream(file).pipe(res);
}
