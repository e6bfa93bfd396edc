import type { Endpoint } from "../../api/options/http-option.ts";
import type { LinkOptions } from "../../core/take/content-link.ts";
import { invalidRequest } from "../../core/take/take-error.ts";
import { disconnectSignalOf } from "../../platform/http/disconnect-signal.ts";
import type { FastifyReply, FastifyRequest, HTTPApp } from "../../platform/http/http-app.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import { authenticate } from "../accounts/authentication.ts";
import { headerOf, partialRequestOf, rawQueryOf } from "../http/request-parts.ts";
import { bodyOptions } from "./body-options.ts";
import { rawOptionsOfQuery } from "./raw-options.ts";
import { parseTakeRequest } from "./take-request.ts";
import { sendTakeOutcome } from "./take-response.ts";
import type { Takes } from "./take-service.ts";

interface TakeRouteDependencies {
  takes: Takes;
  accountDirectory: AccountDirectory;
  links: LinkOptions;
}

const maxIdempotencyKeyLength = 255;

/** `GET`, `HEAD` and `POST` of `/take` and `/animate`: takes options, answers with the picture, JSON or an empty body. */
export function registerTakeRoutes(app: HTTPApp, dependencies: TakeRouteDependencies): void {
  for (const endpoint of ["take", "animate"] as const)
    app.route({
      method: ["GET", "HEAD", "POST"],
      url: `/${endpoint}`,
      handler: (request, reply) => handleTake(request, reply, { ...dependencies, endpoint }),
    });
}

async function handleTake(
  request: FastifyRequest,
  reply: FastifyReply,
  { takes, accountDirectory, links, endpoint }: TakeRouteDependencies & { endpoint: Endpoint },
): Promise<FastifyReply> {
  const isPost = request.method === "POST";
  const rawQuery = rawQueryOf(request);
  const options = isPost ? bodyOptions(request) : rawOptionsOfQuery(rawQuery);
  const account = authenticate(
    {
      header: headerOf(request, "x-access-key"),
      options,
      rawQuery: isPost ? undefined : rawQuery,
    },
    accountDirectory,
  );
  const takeRequest = parseTakeRequest(options, endpoint);
  const outcome = await takes.take({
    request: takeRequest,
    account,
    door: "Take",
    idempotencyKey: idempotencyKeyOf(request),
    partial: isPost ? undefined : partialRequestOf(request),
    signal: disconnectSignalOf(reply),
  });
  await sendTakeOutcome(reply, outcome, { request: takeRequest, links });
  return reply;
}

function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = headerOf(request, "idempotency-key");
  if (key === undefined) return undefined;
  if (key.length === 0 || key.length > maxIdempotencyKeyLength)
    throw invalidRequest([
      `the header "Idempotency-Key" must have from 1 to ${maxIdempotencyKeyLength} characters`,
    ]);
  return key;
}
