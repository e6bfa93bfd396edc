import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { connectionHeader, markPattern, refusedHeader } from "../api/proxy-headers.ts";
import { verifyProxyToken } from "../core/proxy-token.ts";
import type { ProxyGrant, ProxyKey, TokenVerdict } from "../core/proxy-token.ts";
import { targetNameOfRequest } from "../core/target-name.ts";
import { bearerTokenOf } from "./header-rules.ts";
import type { Refusal } from "./refusal.ts";

/**
 * Which job a connection belongs to. A request brings its token along, unless an earlier one of its connection said, with
 * X-Stills-Connection, that its token counts for all that follow (`api/proxy-headers.ts`).
 */
export class BoundConnections {
  readonly #tokenKey: ProxyKey;
  readonly #grants = new WeakMap<Duplex, ProxyGrant>();
  readonly #marks = new WeakMap<Duplex, string>();

  constructor(tokenKey: ProxyKey) {
    this.#tokenKey = tokenKey;
  }

  /** Whose request this is. A token on the request itself counts before that of its connection. */
  verdictOn({ socket, headers }: IncomingMessage, nowMilliseconds: number): TokenVerdict {
    const header = headers["proxy-authorization"];
    const bound = header === undefined ? this.#grants.get(socket) : undefined;
    if (bound !== undefined)
      return bound.expires * 1000 > nowMilliseconds
        ? { valid: true, grant: bound }
        : { valid: false, problem: "Expired" };
    const verdict = verifyProxyToken(bearerTokenOf(header), this.#tokenKey, nowMilliseconds);
    // The worker's stands first; a page can add another to a request of its own.
    const [mark = ""] = String(headers[connectionHeader.toLowerCase()]).split(", ", 1);
    if (markPattern.test(mark)) {
      this.#marks.set(socket, mark);
      if (verdict.valid) this.#grants.set(socket, verdict.grant);
    }
    return verdict;
  }

  /** By what the worker knows that it was this proxy that refused, and what; nothing for other clients. */
  refusalHeaders(
    { socket, method, url }: IncomingMessage,
    refusal: Refusal,
  ): Record<string, string> {
    const mark = this.#marks.get(socket);
    const target = targetNameOfRequest(method ?? "", url ?? "");
    if (mark === undefined || target === undefined) return {};
    return { [refusedHeader]: `${mark} ${refusal.reason} ${target}` };
  }
}
