import type { FastifyReply, FastifyRequest, HTTPApp } from "../../platform/http/http-app.ts";
import { rawOptionsOfBody, rawOptionsOfQuery, type RawOptions } from "./raw-options.ts";
import { parseTakeRequest } from "./take-request.ts";
import { invalidRequest } from "../../core/take/take-error.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import { answerTake, type AnswerOptions } from "./answers.ts";
import { authenticate } from "../accounts/authentication.ts";
import { signalOf } from "./caller-signal.ts";
import type { TakeService } from "./take-service.ts";

export interface TakeRouteParts {
  service: TakeService;
  accounts: AccountDirectory;
  answers: AnswerOptions;
}

const idempotencyKeyLimit = 255;

/** `GET`, `HEAD` and `POST /take`: options in, picture, JSON or nothing out. */
export function registerTake(app: HTTPApp, parts: TakeRouteParts): void {
  app.route({
    method: ["GET", "HEAD", "POST"],
    url: "/take",
    handler: (request, reply) => take(request, reply, parts),
  });
}

async function take(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: TakeRouteParts,
): Promise<FastifyReply> {
  const isPost = request.method === "POST";
  const rawQuery = queryOf(request);
  const options = isPost ? bodyOptions(request, rawQuery) : rawOptionsOfQuery(rawQuery);
  const account = authenticate(
    {
      header: headerOf(request, "x-access-key"),
      options,
      rawQuery: isPost ? undefined : rawQuery,
    },
    parts.accounts,
  );
  const takeRequest = parseTakeRequest(options);
  const outcome = await parts.service.take({
    request: takeRequest,
    account,
    idempotencyKey: idempotencyKeyOf(request),
    signal: signalOf(reply),
  });
  await answerTake(reply, outcome, takeRequest, parts.answers);
  return reply;
}

/** Of a POST only the key may stand in the query: options come from the body, so that each has one place. */
function bodyOptions(request: FastifyRequest, rawQuery: string): RawOptions {
  const fromQuery = rawOptionsOfQuery(rawQuery);
  const others = [...fromQuery.keys()].filter((name) => name !== "access_key");
  if (others.length > 0)
    throw invalidRequest(others.map((name) => `"${name}" must stand in the body of a POST`));
  const key = fromQuery.get("access_key");
  const fromBody = rawOptionsOfBody(request.body ?? {});
  return key === undefined ? fromBody : new Map([["access_key", key], ...fromBody]);
}

function queryOf(request: FastifyRequest): string {
  const url = request.raw.url ?? "";
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1);
}

function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = headerOf(request, "idempotency-key");
  if (key === undefined) return undefined;
  if (key.length === 0 || key.length > idempotencyKeyLimit)
    throw invalidRequest([
      `the header "Idempotency-Key" must have from 1 to ${idempotencyKeyLimit} characters`,
    ]);
  return key;
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
