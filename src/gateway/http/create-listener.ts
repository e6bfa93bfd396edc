import { invalidRequest, takeErrorBody } from "../../core/take/take-error.ts";
import {
  createHTTPApp,
  HTTPListener,
  type HTTPApp,
  type JSONAnswer,
  type UnreadableRequest,
} from "../../platform/http/http-app.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { GatewayConfig } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { sendError, sendProblem } from "./error-response.ts";
import { Problem } from "./problem.ts";
import { pathOf } from "./request-parts.ts";

/** Adds the routes of one feature. */
export type RegisterRoutes = (app: HTTPApp) => void;

interface GatewayListenerDependencies {
  config: Pick<GatewayConfig, "listen" | "limits" | "publicURL">;
  routes: readonly RegisterRoutes[];
  metrics: GatewayMetrics;
  log: Logger;
}

const maxHeaderBytes = 32 * 1024;

/** The HTTP server with the routes of all features, one translation of errors, and a metric of every response. */
export function createGatewayListener({
  config,
  routes,
  metrics,
  log,
}: GatewayListenerDependencies): HTTPListener {
  const { listen, limits, publicURL } = config;
  const { bodyBytes, receiveTimeoutSeconds, leaveSeconds, drainSeconds } = limits;
  const app = createHTTPApp({
    maxBodyBytes: bodyBytes,
    maxHeaderBytes,
    receiveTimeoutSeconds,
    unreadable: (problem) => unreadableAnswer(problem, { publicURL, receiveTimeoutSeconds }),
  });
  app.setErrorHandler((thrown, request, reply) =>
    sendError(thrown, request, reply, { publicURL, bodyBytes, log }),
  );
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      new Problem(404, "RouteNotFound", `There is no ${request.method} ${pathOf(request)}`),
    ),
  );
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    metrics.answered(route, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  for (const register of routes) register(app);
  return new HTTPListener(app, { ...listen, leaveSeconds, drainSeconds });
}

/** The response to bytes that could not be parsed as a request; the connection is closed afterwards. */
function unreadableAnswer(
  problem: UnreadableRequest,
  { publicURL, receiveTimeoutSeconds }: { publicURL: string; receiveTimeoutSeconds: number },
): JSONAnswer {
  const sentences: Record<UnreadableRequest, string> = {
    HeadersTooLarge: `the URL and the headers must have at most ${maxHeaderBytes} bytes together; send the options as the JSON body of a POST`,
    TooSlow: `the request must arrive within ${receiveTimeoutSeconds} seconds`,
    Malformed: "it is no HTTP request",
  };
  const error = invalidRequest([sentences[problem]]);
  return { status: error.status, body: takeErrorBody(error, publicURL) };
}
