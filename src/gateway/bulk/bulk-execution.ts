import { STATUS_CODES } from "node:http";
import { Readable } from "node:stream";
import type { LinkOptions } from "../../core/take/content-link.ts";
import { takeErrorBody, type TakeError } from "../../core/take/take-error.ts";
import { resultBody } from "../../core/take/take-result.ts";
import type { KnownAccount } from "../accounts/account-directory.ts";
import type { LoadMember } from "../take/load-member.ts";
import type { TakeRequest } from "../take/take-request.ts";
import type { TakeOutcome, Takes } from "../take/take-service.ts";

/** What became of one request of a call of `/bulk`, as the original API tells it. */
export interface ItemResponse {
  is_successful: boolean;
  status: number;
  statusText: string;
  /** An error, or the JSON of a request with `response_type=json`. Pictures are never in it. */
  body?: object;
}

interface Execution {
  takes: Takes;
  account: KnownAccount;
  /** Set if the page is shared with other requests of the call. */
  load: LoadMember | undefined;
  links: LinkOptions;
  /** An error of `/take` for whatever was thrown. */
  errorOf: (thrown: unknown) => TakeError;
  /** Aborted when the caller disconnects. */
  signal: AbortSignal;
}

/** Takes the picture of one request. Never rejects: a failure is the response. */
export async function executeRequest(
  request: TakeRequest,
  { takes, account, load, links, errorOf, signal }: Execution,
): Promise<ItemResponse> {
  try {
    const outcome = await takes.take({
      request: withoutPicture(request),
      account,
      door: "Bulk",
      idempotencyKey: undefined,
      load,
      signal,
    });
    return responseOf(outcome, request, links);
  } catch (thrown) {
    const error = errorOf(thrown);
    return response(false, error.status, takeErrorBody(error, links.publicURL));
  } finally {
    load?.settle();
  }
}

/** A picture that nobody reads need not be opened. */
function withoutPicture(request: TakeRequest): TakeRequest {
  return request.responseType === "by_format" ? { ...request, responseType: "empty" } : request;
}

function responseOf(
  outcome: TakeOutcome,
  { responseType, returnLocation, imageSize }: TakeRequest,
  links: LinkOptions,
): ItemResponse {
  if (outcome.kind === "Accepted") return response(true, 201);
  if (outcome.picture?.bytes instanceof Readable) outcome.picture.bytes.destroy();
  if (responseType !== "json" || outcome.kind !== "Finished") return response(true, 200);
  return response(true, 200, resultBody(outcome.job, { ...links, returnLocation, imageSize }));
}

function response(isSuccessful: boolean, status: number, body?: object): ItemResponse {
  const statusText = STATUS_CODES[status] ?? "";
  return { is_successful: isSuccessful, status, statusText, ...(body !== undefined && { body }) };
}
