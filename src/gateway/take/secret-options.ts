import { optionByHTTPName } from "../../api/options/http-options.ts";
import { secretOptions } from "../../api/options/secret-options.ts";
import { largestSecretBytes } from "../../api/options/sealed-fields.ts";
import type {
  CallSecrets,
  PageCookie,
  PageHeader,
  PageSecrets,
  StorageKeys,
} from "../../api/messages/page-secrets.ts";
import type { TakeErrorCode } from "../../api/reasons/take-errors.ts";
import { parseCookie, type ParsedEntry } from "./cookie-option.ts";
import { localeOf, parseHeader } from "./header-option.ts";
import type { TypedOptions } from "./typed-options.ts";
import { parseOptionValue } from "./parse-option-value.ts";
import { parseProxy } from "./proxy-option.ts";
import type { SpecDraft } from "./spec-draft.ts";
import { TakeError } from "../../core/take/take-error.ts";

interface CallDraft {
  spec: SpecDraft;
  problems: string[];
  warnings: string[];
}

/**
 * Reads the options that carry secrets. Problems without an error code of their own are added to `problems`; no message repeats
 * a given value. `Accept-Language` and `User-Agent` among `headers` also go into the spec.
 *
 * @throws TakeError invalid_cookie_parameter, invalid_header_parameter
 */
export function readSecrets(reader: TypedOptions, call: CallDraft): PageSecrets {
  const { problems } = call;
  const cookies = readCookies(reader.texts(secretOptions.cookies), call);
  const headers = readHeaders(reader.texts(secretOptions.headers), call);
  const authorization = readAuthorization(reader, call);
  const secrets: PageSecrets = {
    ...(cookies.length > 0 && { cookies }),
    ...(headers.length > 0 && { headers }),
    ...(authorization !== undefined && { authorization }),
    ...readProxy(reader, problems),
  };
  for (const [name, secret] of Object.entries(secrets))
    if (Buffer.byteLength(JSON.stringify(secret)) > largestSecretBytes)
      problems.push(`"${name}" must have at most ${largestSecretBytes} bytes in all`);
  return secrets;
}

/** The keys of the caller's bucket, as far as they are given. */
export function readStorageKeys(reader: TypedOptions): Partial<StorageKeys> {
  const accessKeyID = reader.text(secretOptions.storageAccessKeyID);
  const secretAccessKey = reader.text(secretOptions.storageSecretAccessKey);
  return {
    ...(accessKeyID !== undefined && { accessKeyID }),
    ...(secretAccessKey !== undefined && { secretAccessKey }),
  };
}

export function hasSecrets(secrets: CallSecrets): boolean {
  return Object.keys(secrets).length > 0;
}

/** There is an origin to send to. */
function hasAddress({ spec }: CallDraft): boolean {
  return spec["url"] !== undefined;
}

function readAuthorization(reader: TypedOptions, call: CallDraft): string | undefined {
  const value = reader.text(secretOptions.authorization);
  if (value === undefined || hasAddress(call)) return value;
  call.warnings.push('"authorization" had no effect without "url"');
  return undefined;
}

function readCookies(texts: readonly string[], call: CallDraft): PageCookie[] {
  return entriesOf(texts, "cookies", "invalid_cookie_parameter", (text) => {
    const parsed = parseCookie(text);
    if ("problem" in parsed || hasAddress(call) || parsed.value?.domain !== undefined)
      return parsed;
    call.warnings.push('An entry of "cookies" without Domain had no effect without "url"');
    return { value: undefined };
  });
}

function readHeaders(texts: readonly string[], call: CallDraft): PageHeader[] {
  const { spec } = call;
  const seen = new Set<string>();
  return entriesOf(texts, "headers", "invalid_header_parameter", (text) => {
    const parsed = parseHeader(text);
    if ("problem" in parsed || parsed.value === undefined) return parsed;
    const { name, value } = parsed.value;
    const lower = name.toLowerCase();
    if (seen.has(lower)) return { problem: "names the same header as another one: join them" };
    seen.add(lower);
    if (lower === "user-agent") return setUserAgent(spec, value);
    if (lower === "accept-language") setLocale(spec, value);
    else if (!hasAddress(call))
      call.warnings.push(`The entry of "headers" for ${name} had no effect without "url"`);
    return hasAddress(call) ? parsed : { value: undefined };
  });
}

function setLocale(spec: SpecDraft, acceptLanguage: string): void {
  const locale = localeOf(acceptLanguage);
  if (locale !== undefined) spec["locale"] = locale;
}

/** The browser sends one User-Agent with every request, and scripts see the same. */
function setUserAgent(spec: SpecDraft, value: string): ParsedEntry<PageHeader> {
  const option = optionByHTTPName("user_agent");
  if (option === undefined) throw new TypeError("The catalogue has no user_agent");
  const parsed = parseOptionValue(option, value, false);
  if ("problem" in parsed) return { problem: `names User-Agent, which ${parsed.problem}` };
  if ("value" in parsed) spec["userAgent"] = parsed.value;
  return { value: undefined };
}

function readProxy(reader: TypedOptions, problems: string[]): Pick<PageSecrets, "proxy"> {
  const address = reader.text(secretOptions.proxy);
  const bypassHosts = [...reader.texts(secretOptions.proxyBypassHosts)];
  if (address === undefined) return {};
  const parsed = parseProxy(address);
  if ("value" in parsed && parsed.value !== undefined)
    return { proxy: { ...parsed.value, bypassHosts } };
  if ("problem" in parsed) problems.push(`"proxy" ${parsed.problem}`);
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
