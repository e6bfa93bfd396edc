import { request as openRequest } from "node:http";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { ForwardProxyLimits } from "./config.ts";
import { requestHeaders, responseHeaders } from "./header-rules.ts";
import type { JobAccount } from "./job-account.ts";
import type { OriginAgent, OriginRequestOptions } from "./origin-agent.ts";
import { connectionFailed, Refusal, targetNotAllowed, timedOut } from "./refusal.ts";
import type { RequestTarget } from "./request-target.ts";
import type { CheckedTarget } from "./target-check.ts";

/** One request on its way through the proxy. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly target: RequestTarget;
  readonly checked: CheckedTarget;
  readonly account: JobAccount;
  readonly agent: OriginAgent;
  readonly limits: ForwardProxyLimits;
}

export const maxHeaderBytes = 64 * 1024;

/**
 * Sends the request to its origin and the answer back, both as streams. Throws a Refusal as long as no answer has begun;
 * an answer that breaks off is broken off for the client too.
 */
export async function relayRequest(exchange: Exchange, response: ServerResponse): Promise<void> {
  const incoming = await fetchAnswer(exchange, response);
  await relayAnswer(exchange, incoming, response);
}

/** Writes the answer's head and its body. */
export async function relayAnswer(
  exchange: Exchange,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  writeHead(exchange, incoming, response);
  // Its client has gone, and will not be told so again.
  if (response.closed) return void incoming.destroy();
  const { promise, resolve } = Promise.withResolvers<void>();
  // If one of the two goes away the other does, too, so that neither takes a part for the whole. By hand, since `pipeline` costs an
  // AbortController and an error object for every answer.
  incoming.on("error", () => response.destroy());
  incoming.once("close", () => {
    if (!incoming.complete) response.destroy();
  });
  response.once("finish", resolve);
  response.once("close", () => {
    if (!response.writableFinished) incoming.destroy();
    resolve();
  });
  incoming.pipe(response);
  await promise;
}

/** Opens a request to the origin with exactly the framing the client's request had. Throws a Refusal. */
export function openOriginRequest(exchange: Exchange, extraHeaders: string[]): ClientRequest {
  const { request, target, checked, agent, limits } = exchange;
  const options: OriginRequestOptions = {
    agent,
    checked,
    method: request.method ?? "GET",
    path: target.path,
    headers: [
      ...requestHeaders(request.rawHeaders, target.authority),
      ...framingOf(request),
      ...extraHeaders,
    ],
    setHost: false,
    maxHeaderSize: maxHeaderBytes,
    timeout: limits.headersTimeoutSeconds * 1000,
  };
  try {
    return openRequest(options);
  } catch (thrown) {
    // Characters that Node does not let into a request line or a header.
    throw new Refusal("TargetNotAllowed", {
      message: "The request holds characters that HTTP does not allow",
      statusCode: 403,
      cause: thrown,
    });
  }
}

/** Why a request to the origin ended without an answer. */
export function failureOf(exchange: Exchange, thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (exchange.account.hasRunOut) return exchange.account.outOfBytes() as Refusal;
  return connectionFailed(
    `The connection to ${exchange.target.host} broke off or its answer was not HTTP`,
    thrown,
  );
}

async function fetchAnswer(exchange: Exchange, response: ServerResponse): Promise<IncomingMessage> {
  try {
    return await attempt(exchange, response);
  } catch (thrown) {
    if (!(thrown instanceof StaleConnection)) throw thrown;
    // The origin closed an idle connection in the moment we used it; others may be as old.
    exchange.agent.dropIdle();
    return await attempt(exchange, response);
  }
}

class StaleConnection extends Error {}

async function attempt(exchange: Exchange, response: ServerResponse): Promise<IncomingMessage> {
  const { request, limits, target } = exchange;
  const upstream = openOriginRequest(exchange, []);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const onClientGone = () => upstream.destroy();
  response.once("close", onClientGone);
  if (response.destroyed) upstream.destroy();

  upstream.once("response", resolve);
  upstream.on("error", (thrown) => {
    const isSafeToRepeat = upstream.reusedSocket && isRepeatable(request) && !isTimeout(thrown);
    reject(isSafeToRepeat ? new StaleConnection() : failureOf(exchange, thrown));
  });
  upstream.on("timeout", () =>
    upstream.destroy(
      timedOut(`${target.host} did not answer within ${limits.headersTimeoutSeconds} seconds`),
    ),
  );
  if (hasBody(request)) pipeline(request, upstream, () => undefined);
  else upstream.end();

  const incoming = await promise;
  upstream.setTimeout(limits.idleTimeoutSeconds * 1000);
  return incoming;
}

function writeHead(exchange: Exchange, incoming: IncomingMessage, response: ServerResponse): void {
  const status = incoming.statusCode ?? 502;
  if (status === 407) {
    incoming.destroy();
    throw connectionFailed(`${exchange.target.host} answered as if it were a proxy`);
  }
  response.sendDate = false;
  try {
    response.writeHead(status, incoming.statusMessage ?? "", responseHeaders(incoming.rawHeaders));
  } catch (thrown) {
    incoming.destroy();
    throw failureOf(exchange, thrown);
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** Node's parser has refused requests with both kinds of framing, and with two lengths. */
function framingOf({ headers, method }: IncomingMessage): string[] {
  const encoding = headers["transfer-encoding"];
  if (encoding !== undefined) {
    if (encoding.trim().toLowerCase() === "chunked") return ["Transfer-Encoding", "chunked"];
    throw targetNotAllowed("The only transfer encoding the egress proxy takes is chunked");
  }
  const isWithoutBody = headers["content-length"] === undefined;
  const wantsLength = method === "POST" || method === "PUT" || method === "PATCH";
  return isWithoutBody && wantsLength ? ["Content-Length", "0"] : [];
}

function isRepeatable(request: IncomingMessage): boolean {
  return (request.method === "GET" || request.method === "HEAD") && !hasBody(request);
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Refusal;
}
