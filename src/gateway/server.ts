import {
  createHTTPApp,
  type JSONAnswer,
  type UnreadableRequest,
  type FastifyReply,
  type FastifyRequest,
  type HTTPApp,
} from "../platform/http/http-app.ts";
import {
  invalidRequest,
  TakeError,
  takeErrorBody,
  takeErrorOfReason,
} from "../core/take/take-error.ts";
import { Failure } from "../api/reasons/failure.ts";
import { takeErrorCatalogue } from "../api/reasons/take-errors.ts";
import type { Logger } from "../platform/process/logger.ts";
import { answerError, setRetryAfter } from "./take/answers.ts";
import { drainBody } from "./drain-body.ts";
import { Problem } from "./jobs/problem.ts";
import { registerErrorPages } from "./docs/error-pages.ts";
import { registerJobs, type JobRouteParts } from "./jobs/job-routes.ts";
import { registerOpenAPI } from "./docs/openapi-route.ts";
import { registerPictures, type PictureRouteParts } from "./take/picture-routes.ts";
import { registerTake, type TakeRouteParts } from "./take/take-routes.ts";

export interface GatewayServerParts extends TakeRouteParts, JobRouteParts, PictureRouteParts {
  publicURL: string;
  limits: { bodyBytes: number; receiveTimeoutSeconds: number };
  log: Logger;
  /** Counts an answer; the route is its pattern. */
  answered(route: string, status: number, seconds: number): void;
}

const maxHeaderBytes = 32 * 1024;

/** All routes of the gateway, with one translation of errors: problem documents below `/v1`, else ScreenshotOne's. */
export function createGatewayServer(parts: GatewayServerParts): HTTPApp {
  const app = createHTTPApp({
    maxBodyBytes: parts.limits.bodyBytes,
    maxHeaderBytes,
    receiveTimeoutSeconds: parts.limits.receiveTimeoutSeconds,
    unreadable: (problem) => unreadableAnswer(problem, parts),
  });
  app.setErrorHandler((thrown, request, reply) => answerThrown(thrown, request, reply, parts));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      new Problem(404, "RouteNotFound", `There is no ${request.method} ${pathOf(request)}`),
    ),
  );
  app.addHook("onResponse", (request, reply, done) => {
    parts.answered(request.routeOptions.url ?? "none", reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  registerTake(app, parts);
  registerJobs(app, parts);
  registerPictures(app, parts);
  registerOpenAPI(app, parts.publicURL);
  registerErrorPages(app);
  return app;
}

async function answerThrown(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: GatewayServerParts,
): Promise<FastifyReply> {
  const error = thrown instanceof Problem ? thrown : toTakeError(thrown, parts.limits.bodyBytes);
  if (error.status >= 500 && !(error instanceof Problem) && error.reason === undefined)
    parts.log.error({ err: thrown, path: request.routeOptions.url }, "Could not answer request");
  if (error instanceof TakeError && error.code === "request_body_too_large")
    await drainBody(request.raw);
  if (error instanceof Problem) return sendProblem(reply, error);
  if (pathOf(request).startsWith("/v1/")) {
    setRetryAfter(reply, error);
    return sendProblem(reply, new Problem(error.status, error.code, error.message));
  }
  await answerError(reply, error, parts.publicURL);
  return reply;
}

/** Whatever was thrown, in the words of `/take`; what nobody expected stays in the log. */
function toTakeError(thrown: unknown, bodyBytes: number): TakeError {
  if (thrown instanceof TakeError) return thrown;
  if (thrown instanceof Failure) return takeErrorOfReason(thrown.reason, thrown.message);
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new TakeError("request_body_too_large", {
      message: `The body must have at most ${bodyBytes} bytes`,
    });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return invalidRequest(["the header Content-Type must be application/json"]);
  if (statusCode === 400) return invalidRequest(["the body must be valid JSON"]);
  return new TakeError("internal_application_error", {
    message: "Something unexpected happened inside Stills; send the request again",
  });
}

/** What is answered to bytes that never became a request; the connection is closed afterwards. */
function unreadableAnswer(problem: UnreadableRequest, parts: GatewayServerParts): JSONAnswer {
  const sentences: Record<UnreadableRequest, string> = {
    HeadersTooLarge: `the URL and the headers must have at most ${maxHeaderBytes} bytes together; send the options as the JSON body of a POST`,
    TooSlow: `the request must arrive within ${parts.limits.receiveTimeoutSeconds} seconds`,
    Malformed: "it is no HTTP request",
  };
  const error = invalidRequest([sentences[problem]]);
  return { status: error.status, body: takeErrorBody(error, parts.publicURL) };
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const type = Object.hasOwn(takeErrorCatalogue, problem.code)
    ? `/docs/errors/${takeErrorCatalogue[problem.code as keyof typeof takeErrorCatalogue].slug}`
    : "about:blank";
  return reply.code(problem.status).type("application/problem+json").send({
    type,
    title: problem.code,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
  });
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? "").split("?", 1)[0] ?? "";
}
