import { invalidRequest, takeErrorBody } from "../../core/take/take-error.ts";
import {
  createHTTPApp,
  HTTPListener,
  type HTTPApp,
  type JSONAnswer,
  type UnreadableRequest,
} from "../../platform/http/http-app.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import type { GatewayConfig } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { BodyAdmission } from "./body-admission.ts";
import { maxHeaderBytes } from "./max-header-bytes.ts";
import { sendError, sendProblem } from "./error-response.ts";
import { Problem } from "./problem.ts";
import { pathOf } from "./request-parts.ts";

/** Adds the routes of one feature. */
export type RegisterRoutes = (app: HTTPApp) => void;

interface GatewayListenerDependencies {
  config: Pick<GatewayConfig, "listen" | "limits" | "publicURL">;
  routes: readonly RegisterRoutes[];
  accountDirectory: AccountDirectory;
  metrics: GatewayMetrics;
  log: Logger;
}

/** Longer than a synchronous call waits, and than a stored picture may take. */
const silenceSeconds = 300;

/** The HTTP server with the routes of all features, one translation of errors, and a metric of every response. */
export function createGatewayListener({
  config,
  routes,
  accountDirectory,
  metrics,
  log,
}: GatewayListenerDependencies): HTTPListener {
  const { listen, limits, publicURL } = config;
  const { bodyBytes, bodyBudgetBytes: budgetBytes } = limits;
  const { maxConnections, leaveSeconds, drainSeconds } = limits;
  const bodyAdmission = new BodyAdmission({ bodyBytes, budgetBytes, accountDirectory, metrics });
  const app = createHTTPApp({
    maxBodyBytes: bodyBytes,
    maxHeaderBytes,
    timeouts: {
      headersSeconds: Math.min(limits.headersTimeoutSeconds, limits.receiveTimeoutSeconds),
      requestSeconds: limits.receiveTimeoutSeconds,
      silenceSeconds,
    },
    maxConnections,
    connectionDropped: () => metrics.connectionDropped(),
    unreadable: (problem) => unreadableAnswer(problem, { publicURL, limits }),
  });
  app.addHook("preParsing", async (request, reply, payload) =>
    bodyAdmission.admit(request, reply, payload),
  );
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
  logRoutes(app, log);
  for (const register of routes) register(app);
  return new HTTPListener(app, { ...listen, leaveSeconds, drainSeconds });
}

/** Says which routes are served, once all are known. */
function logRoutes(app: HTTPApp, log: Logger): void {
  const served: string[] = [];
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) served.push(`${one} ${url}`);
  });
  app.addHook("onReady", async () => log.debug({ routes: served }, "Registered routes"));
}

/** The response to bytes that could not be parsed as a request; the connection is closed afterwards. */
function unreadableAnswer(
  problem: UnreadableRequest,
  { publicURL, limits }: Pick<GatewayConfig, "publicURL" | "limits">,
): JSONAnswer {
  const sentences: Record<UnreadableRequest, string> = {
    HeadersTooLarge: `the URL and the headers must have at most ${maxHeaderBytes} bytes together; send the options as the JSON body of a POST`,
    TooSlow: `the headers must arrive within ${limits.headersTimeoutSeconds} seconds, the whole request within ${limits.receiveTimeoutSeconds}`,
    Malformed: "it is no HTTP request",
  };
  const error = invalidRequest([sentences[problem]]);
  return { status: error.status, body: takeErrorBody(error, publicURL) };
}
