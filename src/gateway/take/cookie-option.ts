import type { PageCookie } from "../../api/messages/page-secrets.ts";

/** The value of one entry of a list, or what is wrong with it. The problem continues `"cookies" entry 2 …` and never repeats the entry. */
export type ParsedEntry<Value> = { value: Value | undefined } | { problem: string };

type Attribute = (cookie: PageCookie, text: string) => string | undefined;

/** Attributes of Set-Cookie that make no difference to a single capture. */
const ignored: Attribute = () => undefined;

const attributes: Readonly<Record<string, Attribute>> = {
  domain: setDomain,
  path: setPath,
  secure: (cookie) => void (cookie.secure = true),
  httponly: (cookie) => void (cookie.httpOnly = true),
  samesite: setSameSite,
  expires: setExpires,
  "max-age": (_cookie, text) =>
    /^-?\d{1,15}$/.test(text) ? undefined : "has a Max-Age that is not a number of seconds",
  priority: ignored,
  partitioned: ignored,
};

const sameSiteWords = ["Strict", "Lax", "None"] as const;
const domainPattern = /^\.?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;

/**
 * Reads `name=value; Domain=…; Path=…; Secure; HttpOnly; SameSite=…; Expires=…; Max-Age=…`, the form of Set-Cookie (RFC 6265).
 * The value is undefined for a cookie that expires at once (Max-Age of 0 or less).
 */
export function parseCookie(text: string): ParsedEntry<PageCookie> {
  if (hasControlCharacters(text)) return { problem: "contains control characters" };
  const [pair = "", ...rest] = text.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, equals).trim();
  if (equals < 0 || name === "" || /\s/.test(name))
    return { problem: "must begin with name=value, like a Set-Cookie header" };
  const cookie: PageCookie = { name, value: pair.slice(equals + 1).trim() };
  const parts = rest.map(keyAndText).filter(([key]) => key !== "");
  for (const [key, given] of parts) {
    const problem = setAttribute(cookie, key, given);
    if (problem !== undefined) return { problem };
  }
  const problem = conflictOf(cookie);
  if (problem !== undefined) return { problem };
  const maxAge = parts.findLast(([key]) => key === "max-age");
  return { value: maxAge !== undefined && Number(maxAge[1]) <= 0 ? undefined : cookie };
}

/** Sets an attribute. Returns what is wrong with it, if anything. */
function setAttribute(cookie: PageCookie, key: string, given: string): string | undefined {
  const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return attribute === undefined
    ? `has an attribute other than ${Object.keys(attributes).join(", ")}`
    : attribute(cookie, given);
}

function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function keyAndText(part: string): [string, string] {
  const equals = part.indexOf("=");
  const end = equals < 0 ? part.length : equals;
  return [part.slice(0, end).trim().toLowerCase(), part.slice(end + 1).trim()];
}

function setDomain(cookie: PageCookie, text: string): string | undefined {
  if (!domainPattern.test(text)) return "has a Domain that is not a host name";
  cookie.domain = text.replace(/^\./, "").toLowerCase();
  return undefined;
}

function setPath(cookie: PageCookie, text: string): string | undefined {
  if (!text.startsWith("/")) return "has a Path that does not begin with '/'";
  cookie.path = text;
  return undefined;
}

function setSameSite(cookie: PageCookie, text: string): string | undefined {
  const word = sameSiteWords.find((one) => one.toLowerCase() === text.toLowerCase());
  if (word === undefined) return "has a SameSite other than Strict, Lax and None";
  cookie.sameSite = word;
  return undefined;
}

function setExpires(cookie: PageCookie, text: string): string | undefined {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds))
    return "has an Expires that is not a date such as 'Wed, 01 Jan 2031 00:00:00 GMT'";
  // The browser does not accept negative dates.
  cookie.expiresSeconds = Math.max(1, Math.floor(milliseconds / 1000));
  return undefined;
}

/** What browsers reject: they would drop the cookie silently. */
function conflictOf(cookie: PageCookie): string | undefined {
  const { name, domain, path, secure, sameSite } = cookie;
  if (sameSite === "None" && !secure) return "has SameSite=None, which needs Secure";
  if (/^__secure-/i.test(name) && !secure)
    return "has a name that begins with __Secure-, which needs Secure";
  if (/^__host-/i.test(name) && (!secure || domain !== undefined || path !== "/"))
    return "has a name that begins with __Host-, which needs Secure, Path=/ and no Domain";
  return undefined;
}
