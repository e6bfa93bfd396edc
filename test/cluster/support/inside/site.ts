import { createServer } from "node:http";
import type { ServerResponse } from "node:http";

/*
 * A site, and a receiver of webhooks, in a pod of its own.
 *   GET  /page         a page of one colour: rgb(0, 128, 0)
 *   GET  /held/NAME    the same, but answered only after POST /release/NAME
 *   POST /hook/NAME    remembered
 *   GET  /seen         what came so far, as JSON
 *   POST /forget       as it was at the beginning; pages that are held stay so
 */

interface Seen {
  method: string;
  path: string;
  headers: Record<string, unknown>;
  body: string;
}

const port = Number(process.argv[1]);
const seen: Seen[] = [];
const held = new Map<string, ServerResponse[]>();
const released = new Set<string>();
const page = `<!doctype html><title>Green</title><body style="margin:0;background:rgb(0,128,0)"></body>`;

function sendPage(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
}

type Answer = (response: ServerResponse, name: string) => void;

const answers: Readonly<Record<string, Answer>> = {
  "GET seen": (response) => response.end(JSON.stringify(seen)),
  "GET page": sendPage,
  "GET held": (response, name) => {
    if (released.has(name)) sendPage(response);
    else held.set(name, [...(held.get(name) ?? []), response]);
  },
  "POST release": (response, name) => {
    released.add(name);
    for (const waiting of held.get(name) ?? []) sendPage(waiting);
    held.delete(name);
    response.writeHead(204).end();
  },
  "POST hook": (response) => response.writeHead(204).end(),
  "POST forget": (response) => {
    seen.length = 0;
    released.clear();
    response.writeHead(204).end();
  },
};

function answer(method: string, path: string, response: ServerResponse): void {
  const [, verb = "", name = ""] = path.split("/");
  const known = answers[`${method} ${verb}`];
  if (known === undefined) response.writeHead(404).end();
  else known(response, name);
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { method = "GET", url = "/", headers } = request;
    if (url !== "/seen")
      seen.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
    answer(method, url, response);
  });
});
server.listen(port, "::");
process.on("SIGTERM", () => process.exit(0));
