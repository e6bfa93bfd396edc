import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest, HTTPApp } from "../../../platform/http/http-app.ts";
import { headerOf } from "../../http/request-parts.ts";

interface StaticFile {
  mediaType: string;
  body: string;
}

/**
 * A page runs only scripts of the gateway, loads and calls only the gateway, and is in no frame. Scripts cannot turn a text into markup,
 * which Trusted Types refuse.
 */
const securityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Serves a file that does not change while the gateway runs. A browser that has it asks whether it is still the same. */
export function registerStaticFile(app: HTTPApp, path: string, file: StaticFile): void {
  const bytes = Buffer.from(file.body);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 27)}"`;
  app.route({
    method: ["GET", "HEAD"],
    url: path,
    handler: (request, reply) => {
      reply.headers({
        etag,
        "cache-control": "no-cache",
        "content-security-policy": securityPolicy,
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      if (isKnown(request, etag)) return reply.code(304).send();
      return sendBytes(reply.type(file.mediaType), request, bytes);
    },
  });
}

function sendBytes(reply: FastifyReply, request: FastifyRequest, bytes: Buffer): FastifyReply {
  if (request.method !== "HEAD") return reply.send(bytes);
  return reply.header("content-length", bytes.length).send();
}

/** Proxies may have made the tag weak. */
function isKnown(request: FastifyRequest, etag: string): boolean {
  const known = headerOf(request, "if-none-match") ?? "";
  return known.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}
