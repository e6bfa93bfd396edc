import { takeErrorCatalogue } from "../../api/reasons/take-errors.ts";
import { invalidRequest, TakeError, takeErrorBody } from "../../core/take/take-error.ts";
import { drainBody } from "../../platform/http/drain-body.ts";
import type { FastifyReply, FastifyRequest } from "../../platform/http/http-app.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { Problem } from "./problem.ts";
import { pathOf } from "./request-parts.ts";
import { toTakeError } from "./to-take-error.ts";

interface ErrorResponseOptions {
  publicURL: string;
  /** The limit that an oversized body has exceeded. */
  bodyBytes: number;
  log: Logger;
}

/** Answers a thrown error: a problem document below `/v1/`, else the error body of `/take`. Logs unexpected errors. */
export async function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { publicURL, bodyBytes, log }: ErrorResponseOptions,
): Promise<FastifyReply> {
  const error =
    thrown instanceof Problem ? thrown : (requestErrorOf(thrown, bodyBytes) ?? toTakeError(thrown));
  if (isUnexpected(error))
    log.error({ err: thrown, path: request.routeOptions.url }, "Could not answer request");
  if (error instanceof TakeError && error.code === "request_body_too_large")
    await drainBody(request.raw);
  if (error instanceof Problem) return sendProblem(reply, error);
  if (pathOf(request).startsWith("/v1/")) {
    setRetryAfter(reply, error);
    return sendProblem(reply, new Problem(error.status, error.code, error.message));
  }
  return sendTakeError(reply, error, publicURL);
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, code, message: detail } = problem;
  const entry = Object.entries(takeErrorCatalogue).find(([errorCode]) => errorCode === code)?.[1];
  const type = entry === undefined ? "about:blank" : `/docs/errors/${entry.slug}`;
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="stills"');
  return reply
    .code(status)
    .type("application/problem+json")
    .send({ type, title: code, status, detail, code });
}

function sendTakeError(reply: FastifyReply, error: TakeError, publicURL: string): FastifyReply {
  setRetryAfter(reply, error);
  if (error.reason !== undefined) reply.header("x-stills-reason", error.reason);
  return reply.code(error.status).type("application/json").send(takeErrorBody(error, publicURL));
}

/** Of what a caller is to repeat later there may be very many; the metric of responses counts it. */
function isUnexpected(error: Problem | TakeError): boolean {
  if (error instanceof Problem || error.code === "temporary_unavailable") return false;
  return error.status >= 500 && error.reason === undefined;
}

function setRetryAfter(reply: FastifyReply, { retryAfterSeconds }: TakeError): void {
  if (retryAfterSeconds !== undefined)
    reply.header("retry-after", Math.max(1, Math.ceil(retryAfterSeconds)));
}

/** The error of a body that the web framework refused. */
function requestErrorOf(thrown: unknown, bodyBytes: number): TakeError | undefined {
  // The framework puts a status of its own on an error that ends a body.
  if (thrown instanceof TakeError) return thrown;
  const { code, statusCode } = fastifyErrorOf(thrown);
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new TakeError("request_body_too_large", {
      message: `The body must have at most ${bodyBytes} bytes`,
    });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return invalidRequest(["the header Content-Type must be application/json"]);
  return statusCode === 400 ? invalidRequest(["the body must be valid JSON"]) : undefined;
}

function fastifyErrorOf(thrown: unknown): { code?: unknown; statusCode?: unknown } {
  if (!(thrown instanceof Error)) return {};
  return {
    code: "code" in thrown ? thrown.code : undefined,
    statusCode: "statusCode" in thrown ? thrown.statusCode : undefined,
  };
}
