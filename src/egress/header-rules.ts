import { connectionHeader } from "../api/proxy-headers.ts";

/** Names and values in turn, as `IncomingMessage.rawHeaders` has them. */
export type RawHeaders = readonly string[];

/** Of one connection only (RFC 9110 7.6.1), or between client and proxy. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Host comes from the request line; Expect was answered by this proxy already; the last is for this proxy. */
const notForOrigins = new Set(["host", "expect", connectionHeader.toLowerCase()]);

/**
 * The request's headers for the origin: without those of the connection and those that `Connection` names, with Host taken
 * from the request line (RFC 9112 3.2.2). The framing of the body is set by the caller.
 */
export function requestHeaders(raw: RawHeaders, authority: string): string[] {
  const kept = withoutHopByHop(raw, (name) => notForOrigins.has(name));
  return ["Host", authority, ...kept];
}

/** The answer's headers for the client. What only this proxy may say is taken out of an origin's mouth. */
export function responseHeaders(raw: RawHeaders): string[] {
  return withoutHopByHop(raw, (name) => name.startsWith("x-stills-"));
}

/** Bearer token of `Proxy-Authorization`; "" if there is none or it has another form. */
export function bearerTokenOf(header: string | undefined): string {
  return /^bearer +(?<token>[\w.-]+)$/i.exec(header ?? "")?.groups?.["token"] ?? "";
}

function withoutHopByHop(raw: RawHeaders, isUnwanted: (name: string) => boolean): string[] {
  const named = namedByConnection(raw);
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? "";
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || named.has(lower) || isUnwanted(lower)) continue;
    kept.push(name, raw[at + 1] ?? "");
  }
  return kept;
}

function namedByConnection(raw: RawHeaders): Set<string> {
  const named = new Set<string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() !== "connection") continue;
    for (const name of (raw[at + 1] ?? "").split(",")) named.add(name.trim().toLowerCase());
  }
  // A message must not lose its framing because somebody names it (RFC 9110 7.6.1).
  named.delete("content-length");
  return named;
}
