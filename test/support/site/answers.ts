import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** The request for a page of the site. */
export interface Visit {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Origin of the second server of the site, another origin for the browser. */
  thirdParty: string;
  /** Aborted when the site is closed. */
  closing: AbortSignal;
}

/** A path, or the beginning of one that ends in "/". */
export type Routes = Record<string, (visit: Visit) => void | Promise<void>>;

/** A page as a whole document; `head` holds styles and scripts. */
export function html(
  { response }: Visit,
  parts: { title: string; head?: string; body: string; headers?: Record<string, string> },
): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...parts.headers });
  response.end(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${parts.title}</title>` +
      `<style>body { margin: 0; font-family: sans-serif; }</style>` +
      `${parts.head ?? ""}</head><body>${parts.body}</body></html>`,
  );
}

export function content({ response }: Visit, type: string, body: string | Buffer): void {
  response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
}

export function redirect({ response }: Visit, status: number, location: string): void {
  response.writeHead(status, { location });
  response.end();
}

/** A pause that ends early, without an error, when the site is closed. */
export async function pause({ closing }: Visit, milliseconds: number): Promise<void> {
  await delay(milliseconds, undefined, { signal: closing }).catch(() => undefined);
}

/** A number from the query. */
export function numberOf({ url }: Visit, name: string, otherwise: number): number {
  const text = url.searchParams.get(name);
  return text === null ? otherwise : Number(text);
}
