/**
 * `host:port` of an http, https, ws or wss URL; undefined for anything else. The secure and the plain form of one target give the
 * same text, so that worker and egress proxy mean the same by it.
 */
export function targetName(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.hostname === "") return undefined;
  const secure = parsed.protocol === "https:" || parsed.protocol === "wss:";
  if (!secure && parsed.protocol !== "http:" && parsed.protocol !== "ws:") return undefined;
  return `${parsed.hostname}:${parsed.port || (secure ? "443" : "80")}`;
}

/** The same of `host:port`, as in a CONNECT. */
export function targetNameOfAuthority(authority: string): string | undefined {
  return targetName(`https://${authority}`);
}
