import { bareHostOf, portOf } from "../core/target-policy.ts";
import { targetNotAllowed } from "./refusal.ts";

/** What a request line asks for. */
export interface RequestTarget {
  /** As it is compared, looked up and logged: lower case, without brackets and the dot at the end. */
  readonly host: string;
  readonly port: number;
  /** For the Host header. */
  readonly authority: string;
  /** Exactly as the client wrote it; "" for a tunnel. */
  readonly path: string;
}

/**
 * `http://host:port/path?query`, the form requests to a proxy have. The host goes through the WHATWG parser, so every way
 * to write an IPv4 address ends as dotted decimal; the path is passed on as it came. Throws a Refusal.
 */
export function parseAbsoluteTarget(text: string): RequestTarget {
  const rest = /^http:\/\/[^/?#\\]+(?<rest>[/?#][^\\]*)?$/i.exec(text);
  if (rest === null)
    throw targetNotAllowed(
      "The egress proxy takes requests for http://host/path, and CONNECT host:port for all others",
    );
  const target = targetOf(text);
  const path = (rest.groups?.["rest"] ?? "").split("#", 1)[0] ?? "";
  return { ...target, path: path.startsWith("/") ? path : `/${path}` };
}

/** `host:port` of a CONNECT; the port may not be left out. Throws a Refusal. */
export function parseAuthorityTarget(text: string): RequestTarget {
  if (!/^(?:\[[0-9a-f:.]+\]|[^\s/?#@:\\[\]]+):\d{1,5}$/i.test(text))
    throw targetNotAllowed("CONNECT wants host:port");
  return targetOf(`http://${text}`);
}

function targetOf(text: string): RequestTarget {
  const url = URL.parse(text);
  if (url === null) throw targetNotAllowed("The host or port of the request is not valid");
  if (url.username !== "" || url.password !== "")
    throw targetNotAllowed("The address contains a user name or password");
  const host = bareHostOf(url);
  if (host === "" || host.endsWith(".")) throw targetNotAllowed("The host name is not valid");
  return { host, port: portOf(url), authority: url.host, path: "" };
}
