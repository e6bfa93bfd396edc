import type { PageHeader } from "../../api/messages/page-secrets.ts";
import type { ParsedEntry } from "./cookie-option.ts";

/** Headers of the connection or of the browser. Setting them would break the request. */
const forbidden = new Set(
  "connection content-length expect host keep-alive origin te trailer transfer-encoding upgrade".split(
    " ",
  ),
);
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible ASCII with spaces and tabs in between. Servers disagree about the encoding of other characters. */
const fieldValue = /^([!-~]([ \t!-~]*[!-~])?)?$/;

/** Reads `Name: value` (RFC 9110); the problem continues `"headers" entry 2 …` and never repeats the entry. */
export function parseHeader(text: string): ParsedEntry<PageHeader> {
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(0, colon)).trim();
  if (colon < 0 || !token.test(name)) return { problem: "must be written as 'Name: value'" };
  const value = text.slice(colon + 1).trim();
  if (!fieldValue.test(value))
    return { problem: "has a value with characters other than visible ASCII, spaces and tabs" };
  const lower = name.toLowerCase();
  if (lower === "cookie") return { problem: 'names Cookie: use "cookies" instead' };
  if (forbidden.has(lower) || lower.startsWith("proxy-") || lower.startsWith("sec-"))
    return { problem: "names a header that only the browser may set" };
  return { value: { name, value } };
}

/** The first language tag of an Accept-Language header; undefined if there is none. */
export function localeOf(acceptLanguage: string): string | undefined {
  const first = acceptLanguage.split(/[,;]/, 1)[0]?.trim() ?? "";
  return /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(first) && first.length <= 35
    ? first
    : undefined;
}
