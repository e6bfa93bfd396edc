import { optionByHTTPName } from "../../api/options/capture-options.ts";
import { secretOptions, type RequestOption } from "../../api/options/request-options.ts";
import {
  largestSecretBytes,
  type PageCookie,
  type PageHeader,
  type PageSecrets,
} from "../../api/options/sealed-fields.ts";
import type { TakeErrorCode } from "../../api/reasons/take-errors.ts";
import { parseCookie, type ParsedEntry } from "./cookie-option.ts";
import { localeOf, parseHeader } from "./header-option.ts";
import { parseOptionValue } from "./option-value.ts";
import { parseProxy } from "./proxy-option.ts";
import { TakeError } from "../../core/take/take-error.ts";

/** Reads one option of the call: its value, or undefined when it was not given or is not valid. */
type ReadOption = (option: RequestOption) => unknown;

/**
 * Reads the options that carry secrets. Problems that have no error code of their own are added to `problems`; nothing that is
 * said repeats what was given. Names of the user's language and browser among `headers` also go into the spec.
 *
 * @throws TakeError invalid_cookie_parameter, invalid_header_parameter
 */
export function readSecrets(
  read: ReadOption,
  spec: Record<string, unknown>,
  problems: string[],
): PageSecrets {
  const hasAddress = spec["url"] !== undefined;
  const cookies = readCookies(textsOf(read(secretOptions.cookies)), hasAddress);
  const headers = readHeaders(textsOf(read(secretOptions.headers)), spec, hasAddress);
  const authorization = read(secretOptions.authorization) as string | undefined;
  if (authorization !== undefined && !hasAddress)
    problems.push('"authorization" is only allowed with "url"');
  const secrets: PageSecrets = {
    ...(cookies.length > 0 && { cookies }),
    ...(headers.length > 0 && { headers }),
    ...(authorization !== undefined && { authorization }),
    ...readProxy(read, problems),
  };
  for (const [name, secret] of Object.entries(secrets))
    if (Buffer.byteLength(JSON.stringify(secret)) > largestSecretBytes)
      problems.push(`"${name}" must have at most ${largestSecretBytes} bytes in all`);
  return secrets;
}

export function hasSecrets(secrets: PageSecrets): boolean {
  return Object.keys(secrets).length > 0;
}

function readCookies(texts: readonly string[], hasAddress: boolean): PageCookie[] {
  return entriesOf(texts, "cookies", "invalid_cookie_parameter", (text) => {
    const parsed = parseCookie(text);
    if ("problem" in parsed || hasAddress || parsed.value?.domain !== undefined) return parsed;
    return { problem: 'needs a Domain, since there is no "url" to take one from' };
  });
}

function readHeaders(
  texts: readonly string[],
  spec: Record<string, unknown>,
  hasAddress: boolean,
): PageHeader[] {
  const seen = new Set<string>();
  return entriesOf(texts, "headers", "invalid_header_parameter", (text) => {
    const parsed = parseHeader(text);
    if ("problem" in parsed || parsed.value === undefined) return parsed;
    const { name, value } = parsed.value;
    const lower = name.toLowerCase();
    if (seen.has(lower)) return { problem: "names the same header as another one: join them" };
    seen.add(lower);
    if (lower === "user-agent") return setUserAgent(spec, value);
    if (lower === "accept-language") spec["locale"] = localeOf(value) ?? spec["locale"];
    else if (!hasAddress) return { problem: 'is only allowed with "url"' };
    return hasAddress ? parsed : { value: undefined };
  });
}

/** The browser has one for everything it asks for, and scripts see the same. */
function setUserAgent(spec: Record<string, unknown>, value: string): ParsedEntry<PageHeader> {
  const option = optionByHTTPName("user_agent");
  if (option?.http === undefined) throw new TypeError("The catalogue has no user_agent");
  const parsed = parseOptionValue({ ...option, http: option.http }, value, false);
  if ("problem" in parsed) return { problem: `names User-Agent, which ${parsed.problem}` };
  spec["userAgent"] = parsed.value;
  return { value: undefined };
}

function readProxy(read: ReadOption, problems: string[]): Pick<PageSecrets, "proxy"> {
  const address = read(secretOptions.proxy) as string | undefined;
  const bypassHosts = [...textsOf(read(secretOptions.proxyBypassHosts))];
  if (address === undefined) {
    if (bypassHosts.length > 0)
      problems.push('"proxy_bypass_hosts" is not allowed without "proxy"');
    return {};
  }
  const parsed = parseProxy(address);
  if ("problem" in parsed) problems.push(`"proxy" ${parsed.problem}`);
  else if (parsed.value !== undefined) return { proxy: { ...parsed.value, bypassHosts } };
  return {};
}

function entriesOf<Value>(
  texts: readonly string[],
  name: string,
  code: TakeErrorCode,
  parse: (text: string) => ParsedEntry<Value>,
): Value[] {
  const values: Value[] = [];
  for (const [index, text] of texts.entries()) {
    const parsed = parse(text);
    if ("problem" in parsed)
      throw new TakeError(code, {
        message: `The request is not valid: "${name}" entry ${index + 1} ${parsed.problem}`,
      });
    if (parsed.value !== undefined) values.push(parsed.value);
  }
  return values;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}
