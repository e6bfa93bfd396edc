import {
  metadataOptions,
  requestOptions,
  secretOptions,
  unsupportedOptions,
  type RequestOption,
} from "../../api/options/request-options.ts";
import type { PageSecrets } from "../../api/options/sealed-fields.ts";
import { parseCapture } from "./capture-parser.ts";
import { parseOptionValue } from "./option-value.ts";
import { textOfRaw, type RawOptions, type RawValue } from "./raw-options.ts";
import { readSecrets } from "./secret-options.ts";
import { invalidRequest, TakeError } from "../../core/take/take-error.ts";

export type ResponseType = "by_format" | "json" | "empty";

/** A call of `/take` that is in order. */
export interface TakeRequest {
  /** What goes into the job's spec as it is. */
  spec: Record<string, unknown>;
  /** What is sealed before it becomes part of the spec. */
  secrets: PageSecrets;
  responseType: ResponseType;
  asynchronous: boolean;
  store: boolean;
  returnLocation: boolean;
  webhook: { url: string; sign: boolean; onFailure: boolean } | undefined;
  externalIdentifier: string | undefined;
  attachmentName: string | undefined;
  imageSize: boolean;
  /** How long a synchronous caller waits. */
  timeoutSeconds: number;
}

const defaultTimeoutSeconds = 60;

/** Reads and checks all options of a call; throws a TakeError that names everything that is wrong. */
export function parseTakeRequest(raw: RawOptions): TakeRequest {
  const problems: string[] = [];
  const read = reader(raw, problems);
  const asynchronous = read(requestOptions.asynchronous) === true;
  const capture = parseCapture(raw, asynchronous);
  problems.push(...capture.problems, ...unknownProblems(raw, capture.known));

  const metadata = metadataOptions.filter(({ option }) => read(option) === true);
  if (metadata.length > 0) capture.spec["metadata"] = metadata.map(({ word }) => word);
  if (read(requestOptions.content) === true) capture.spec["pageContent"] ??= "HTML";
  const url = read(requestOptions.webhookURL);
  const responseType = read(requestOptions.responseType) as ResponseType;
  const request: TakeRequest = {
    spec: capture.spec,
    secrets: {},
    responseType,
    asynchronous,
    store: read(requestOptions.store) === true,
    returnLocation: read(requestOptions.storageReturnLocation) === true,
    webhook:
      typeof url === "string"
        ? {
            url,
            sign: read(requestOptions.webhookSign) === true,
            onFailure: read(requestOptions.webhookErrors) === true,
          }
        : undefined,
    externalIdentifier: textOf(read(requestOptions.externalIdentifier)),
    attachmentName: textOf(read(requestOptions.attachmentName)),
    imageSize: read(requestOptions.imageSize) === true,
    timeoutSeconds: Number(capture.spec["captureTimeoutSeconds"] ?? defaultTimeoutSeconds),
  };
  problems.push(...conflicts(request, raw));
  const secretError = addSecrets(request, read, problems);
  if (problems.length > 0) throw invalidRequest(problems);
  if (secretError !== undefined) throw secretError;
  return request;
}

/** What has an error code of its own is told only when nothing else is wrong. */
function addSecrets(
  request: TakeRequest,
  read: (option: RequestOption) => unknown,
  problems: string[],
): TakeError | undefined {
  try {
    request.secrets = readSecrets(read, request.spec, problems);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof TakeError) return thrown;
    throw thrown;
  }
}

function reader(raw: RawOptions, problems: string[]): (option: RequestOption) => unknown {
  return (option) => {
    const given: RawValue | undefined = raw.get(option.http.name) ?? option.http.default;
    if (given === undefined) return undefined;
    const parsed = parseOptionValue(option, given, false);
    if ("value" in parsed) return parsed.value;
    problems.push(`"${option.http.name}" ${parsed.problem}`);
    return undefined;
  };
}

const requestNames: ReadonlySet<string> = new Set(
  [
    ...Object.values(requestOptions),
    ...Object.values(secretOptions),
    ...metadataOptions.map(({ option }) => option),
  ].map((option: RequestOption) => option.http.name),
);

function unknownProblems(raw: RawOptions, known: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  for (const [name, value] of raw) {
    if (known.has(name) || requestNames.has(name)) continue;
    if (!unsupportedOptions.has(name)) problems.push(`"${name}" is not allowed`);
    else if (textOfRaw(value).toLowerCase() !== "false")
      problems.push(`"${name}" is not supported yet`);
  }
  return problems;
}

function conflicts(request: TakeRequest, raw: RawOptions): string[] {
  const problems: string[] = [];
  if (request.store && !raw.has("storage_path"))
    problems.push('"storage_path" is required with "store"');
  if (request.webhook !== undefined && request.responseType === "empty")
    problems.push('"webhook_url" is not allowed with "response_type" empty');
  if (request.returnLocation && !request.store)
    problems.push('"storage_return_location" is not allowed without "store"');
  return [...problems, ...metadataProblems(request, raw)];
}

function metadataProblems({ spec }: TakeRequest, raw: RawOptions): string[] {
  const asked = (spec["metadata"] ?? []) as readonly string[];
  return metadataOptions
    .filter(({ word, option }) => asked.includes(word) && option.http.needs?.includes("url"))
    .filter(() => !raw.has("url"))
    .map(({ option }) => `"${option.http.name}" is only allowed with "url"`);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
