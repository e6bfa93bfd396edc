/** `host:port` of an http, https, ws or wss URL, with the default port if it has none; undefined for other URLs. */
export function targetName(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.hostname === "") return undefined;
  const secure = parsed.protocol === "https:" || parsed.protocol === "wss:";
  if (!secure && parsed.protocol !== "http:" && parsed.protocol !== "ws:") return undefined;
  return `${parsed.hostname}:${parsed.port || (secure ? "443" : "80")}`;
}

/** The same for `host:port`, as in a CONNECT request. */
export function targetNameOfAuthority(authority: string): string | undefined {
  return targetName(`https://${authority}`);
}
