import { cacheTTLBounds } from "../../api/options/cache-limits.ts";
import type { Endpoint } from "../../api/options/http-option.ts";
import { endpointOptions } from "../../api/options/http-options.ts";
import { captureDefaults } from "../../api/options/capture-spec.generated.ts";
import { metadataSwitches } from "../../api/options/catalogue/metadata.ts";
import {
  requestOptions,
  responseTypes,
  type ResponseType,
} from "../../api/options/request-options.ts";
import type { CallSecrets } from "../../api/messages/page-secrets.ts";
import { storageACLWords, storageClassWords } from "../../api/options/storage-classes.ts";
import { invalidRequest, TakeError } from "../../core/take/take-error.ts";
import { parseCapture } from "./capture-parser.ts";
import { TypedOptions } from "./typed-options.ts";
import type { RawOptions } from "./raw-options.ts";
import { readSecrets, readStorageKeys } from "./secret-options.ts";
import type { StorageOptions } from "./storage-policy.ts";
import type { SpecDraft } from "./spec-draft.ts";
import { credentialsIn } from "./text-syntax.ts";
import { unknownProblems } from "./unknown-options.ts";

/** A valid call of `/take` or `/animate`. */
export interface TakeRequest {
  /** Part of the job's spec. */
  spec: SpecDraft;
  /** Sealed before they become part of the spec. */
  secrets: CallSecrets;
  responseType: ResponseType;
  asynchronous: boolean;
  store: boolean;
  storage: StorageOptions;
  returnLocation: boolean;
  webhook: { url: string; sign: boolean; onFailure: boolean } | undefined;
  externalIdentifier: string | undefined;
  attachmentName: string | undefined;
  imageSize: boolean;
  /** Undefined if the call neither is answered from the cache nor fills it. */
  cache: { ttlSeconds: number; key: string | undefined } | undefined;
  /** How long a synchronous caller waits. */
  timeoutSeconds: number;
  /** Sentences about options without an effect. */
  warnings: string[];
}

/**
 * Parses the options of a call.
 * @throws TakeError that names every option that is not valid
 */
export function parseTakeRequest(raw: RawOptions, endpoint: Endpoint = "take"): TakeRequest {
  const problems: string[] = [];
  const reader = new TypedOptions(raw, problems);
  const asynchronous = reader.isOn(requestOptions.asynchronous);
  const capture = parseCapture(raw, asynchronous, endpoint);
  problems.push(...capture.problems, ...unknownProblems(raw, endpointOptions[endpoint]));

  reader.text(requestOptions.accessKey);

  const { spec, warnings } = capture;
  const metadata = metadataSwitches.filter(({ option }) => reader.isOn(option));
  if (metadata.length > 0) spec["metadata"] = metadata.map(({ word }) => word);
  if (reader.isOn(requestOptions.content)) spec["pageContent"] ??= "HTML";
  const responseType = responseTypeOf(reader);
  const request: TakeRequest = {
    spec,
    secrets: {},
    responseType,
    asynchronous,
    store: reader.isOn(requestOptions.store),
    storage: storageOf(reader),
    returnLocation: reader.isOn(requestOptions.storageReturnLocation),
    webhook: webhookOf(reader),
    externalIdentifier: reader.text(requestOptions.externalIdentifier),
    attachmentName: reader.text(requestOptions.attachmentName),
    imageSize: reader.isOn(requestOptions.imageSize),
    cache: cacheOf(reader, { asynchronous, responseType, warnings }),
    timeoutSeconds: Number(spec["captureTimeoutSeconds"] ?? captureDefaults.captureTimeoutSeconds),
    warnings,
  };
  const secretError = addSecrets(request, { reader, raw, problems });
  if (problems.length > 0) throw invalidRequest(problems);
  if (secretError !== undefined) throw secretError;
  return request;
}

function responseTypeOf(reader: TypedOptions): ResponseType {
  const given = reader.text(requestOptions.responseType);
  return responseTypes.find((word) => word === given) ?? "by_format";
}

/** The original API has no cache for calls that are answered without a picture. */
function cacheOf(
  reader: TypedOptions,
  {
    asynchronous,
    responseType,
    warnings,
  }: Pick<TakeRequest, "asynchronous" | "responseType" | "warnings">,
): TakeRequest["cache"] {
  const isOn = reader.isOn(requestOptions.cache);
  const key = reader.text(requestOptions.cacheKey);
  const ttlSeconds = reader.integer(requestOptions.cacheTTL) ?? cacheTTLBounds.minimum;
  if (!isOn) return undefined;
  if (!asynchronous && responseType !== "empty") return { ttlSeconds, key };
  const cause = asynchronous ? "async" : "response_type";
  warnings.push(`"cache" had no effect with this "${cause}"`);
  return undefined;
}

function storageOf(reader: TypedOptions): StorageOptions {
  const storageClass = reader.text(requestOptions.storageClass);
  const acl = reader.text(requestOptions.storageACL);
  return {
    bucket: reader.text(requestOptions.storageBucket),
    endpoint: reader.text(requestOptions.storageEndpoint),
    // Standard is what buckets have anyway, and some services know no classes.
    class: storageClassWords.find((word) => word === storageClass && word !== "Standard"),
    acl: storageACLWords.find((word) => word === acl),
  };
}

function webhookOf(reader: TypedOptions): TakeRequest["webhook"] {
  const url = reader.text(requestOptions.webhookURL);
  const sign = reader.isOn(requestOptions.webhookSign);
  const onFailure = reader.isOn(requestOptions.webhookErrors);
  return url === undefined ? undefined : { url, sign, onFailure };
}

/** An error with a code of its own is returned, since `request_not_valid` takes precedence. */
function addSecrets(
  request: TakeRequest,
  { reader, raw, problems }: { reader: TypedOptions; raw: RawOptions; problems: string[] },
): TakeError | undefined {
  const { spec, warnings } = request;
  const url = raw.get("url");
  try {
    const storageKeys = readStorageKeys(reader);
    const hasStorageKeys = request.store && Object.keys(storageKeys).length > 0;
    request.secrets = {
      ...readSecrets(reader, { spec, problems, warnings }),
      ...(hasStorageKeys && { storageKeys }),
    };
    // Like browsers, for an address such as https://user:password@example.com.
    const credentials = typeof url === "string" ? credentialsIn(url) : undefined;
    if (credentials !== undefined) request.secrets.authorization ??= credentials;
    return undefined;
  } catch (thrown) {
    if (thrown instanceof TakeError) return thrown;
    throw thrown;
  }
}
