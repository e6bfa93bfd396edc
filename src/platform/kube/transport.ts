import { setTimeout as delay } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { Deadline } from "../process/deadline.ts";
import type { Runnable } from "../process/lifecycle.ts";
import { KubeConnection } from "./kube-connection.ts";
import type { KubeCredentials } from "./cluster-access.ts";
import type { KubeMetrics, KubeVerb } from "./kube-metrics.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import {
  KubeError,
  isSuccess,
  isThrottled,
  isUnauthorized,
  kubeErrorOfResponse,
  kubeErrorOfSilence,
  kubeErrorOfTimeout,
} from "./kube-error.ts";

interface KubeRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute path below the server's URL, `/apis/…`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  /** Default `application/json`. */
  contentType?: string;
  /** Over all tries and the whole body; default 10 s. */
  timeoutMilliseconds?: number;
  /** Of the answer, default 64 MiB. */
  maxResponseBytes?: number;
  /** For metrics; by default what the method says. */
  verb?: KubeVerb;
  signal?: AbortSignal | undefined;
}

/** The body of a watch. */
interface KubeStream {
  chunks: AsyncIterable<Uint8Array>;
}

interface KubeTransportOptions {
  metrics?: KubeMetrics;
}

const defaultTimeoutMilliseconds = 10_000;
const defaultMaxResponseBytes = 64 * 1024 * 1024;
/** For the first byte of a watch. */
const streamTimeoutMilliseconds = 30_000;
const maxTries = 5;

const verbOfMethod = {
  GET: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
} as const;

/**
 * Requests to the API server over one shared pool of kept-alive connections. The client library makes a new pool for each
 * request, which is ten times slower. Usable before `start`, which only checks that the credentials can be read.
 */
export class KubeTransport implements Runnable {
  readonly name = "connection to the API server";
  readonly #connection: KubeConnection;
  readonly #metrics: KubeMetrics;

  constructor(credentials: KubeCredentials, options: KubeTransportOptions = {}) {
    this.#connection = new KubeConnection(credentials);
    this.#metrics = options.metrics ?? silentKubeMetrics;
  }

  async start(): Promise<void> {
    await this.#connection.get();
  }

  async stop(): Promise<void> {
    await this.close();
  }

  /** Aborts requests in flight. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** Reads the credentials again, after a 401. */
  async refreshCredentials(): Promise<void> {
    await this.#connection.refresh();
  }

  /**
   * The answer's JSON. Retries within the time limit a 429 or 503 with Retry-After, once a 401 with fresh credentials, and once
   * a GET whose kept-alive connection broke. @throws KubeError, or the signal's reason
   */
  async request<T>(request: KubeRequest): Promise<T> {
    const timeoutMilliseconds = request.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
    using deadline = new Deadline({
      milliseconds: timeoutMilliseconds,
      parents: request.signal === undefined ? [] : [request.signal],
    });
    for (let tries = 1; ; tries += 1) {
      try {
        return (await this.#attempt(request, deadline.signal)) as T;
      } catch (thrown) {
        request.signal?.throwIfAborted();
        const failure = deadline.isReached
          ? timeoutOf(request, timeoutMilliseconds, thrown)
          : thrown;
        const waitMilliseconds = retryWaitMilliseconds(failure, request, tries);
        if (waitMilliseconds === undefined || waitMilliseconds >= deadline.remainingMilliseconds)
          throw failure;
        if (isUnauthorized(failure)) await this.refreshCredentials();
        await delay(waitMilliseconds, undefined, { signal: deadline.signal }).catch(
          () => undefined,
        );
        request.signal?.throwIfAborted();
      }
    }
  }

  /**
   * Opens a watch, which lasts until the server ends it, the connection breaks, or `signal` is aborted. The caller limits its
   * silence. @throws KubeError, or the signal's reason
   */
  async openStream(request: KubeRequest & { signal: AbortSignal }): Promise<KubeStream> {
    const timeoutMilliseconds = request.timeoutMilliseconds ?? streamTimeoutMilliseconds;
    // It ends with the headers; afterwards only the caller's signal counts.
    using deadline = new Deadline({ milliseconds: timeoutMilliseconds });
    const signal = AbortSignal.any([request.signal, deadline.signal]);
    try {
      const response = await this.#send(request, signal);
      return { chunks: response.body };
    } catch (thrown) {
      request.signal.throwIfAborted();
      if (deadline.isReached) throw timeoutOf(request, timeoutMilliseconds, thrown);
      throw thrown;
    }
  }

  async #attempt(request: KubeRequest, signal: AbortSignal): Promise<unknown> {
    const response = await this.#send(request, signal);
    const maxBytes = request.maxResponseBytes ?? defaultMaxResponseBytes;
    const text = await readText(response.body, maxBytes, nameOf(request));
    return text === "" ? undefined : parseBody(text, nameOf(request));
  }

  /** Sends once and returns a 2xx answer whose body is still to be read. */
  async #send(request: KubeRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const connection = await this.#connection.get();
    const startedAtMilliseconds = performance.now();
    let status = 0;
    try {
      const response = await connection.dispatcher.request({
        origin: connection.origin,
        path: connection.pathPrefix + pathOf(request),
        method: request.method,
        headers: headersOf(request, connection.headers),
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal,
      });
      status = response.statusCode;
      if (isSuccess(status)) return response;
      const text = await readText(response.body, 1024 * 1024, nameOf(request));
      throw kubeErrorOfResponse(status, response.headers, text);
    } catch (thrown) {
      if (thrown instanceof KubeError) throw thrown;
      throw kubeErrorOfSilence(thrown, nameOf(request));
    } finally {
      const seconds = (performance.now() - startedAtMilliseconds) / 1000;
      this.#metrics.requestFinished(request.verb ?? verbOfMethod[request.method], status, seconds);
    }
  }
}

function pathOf({ path, query }: KubeRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

function headersOf(request: KubeRequest, common: Record<string, string>): Record<string, string> {
  return {
    ...common,
    accept: "application/json",
    "user-agent": "stills",
    ...(request.body !== undefined && {
      "content-type": request.contentType ?? "application/json",
    }),
  };
}

/** Undefined: no retry. */
function retryWaitMilliseconds(
  thrown: unknown,
  request: KubeRequest,
  tries: number,
): number | undefined {
  if (!(thrown instanceof KubeError) || tries >= maxTries) return undefined;
  if (isThrottled(thrown) && thrown.retryAfterSeconds !== undefined)
    return thrown.retryAfterSeconds * 1000;
  if (tries > 1) return undefined;
  const isBrokenRead = request.method === "GET" && thrown.reason === "Unreachable";
  return isUnauthorized(thrown) || isBrokenRead ? 0 : undefined;
}

/** Reads a body to its end. @throws KubeError when it is too long or breaks off */
async function readText(
  body: Dispatcher.ResponseData["body"],
  maxBytes: number,
  what: string,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes, what);
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof KubeError) throw thrown;
    throw kubeErrorOfSilence(thrown, what);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw kubeErrorOfSilence(thrown, what);
  }
}

function tooLarge(maxBytes: number, what: string): KubeError {
  const message = `${what}: the answer is larger than ${maxBytes} bytes`;
  return new KubeError({ status: 0, reason: "ResponseTooLarge", message });
}

/** An answer that arrived before the limit says more than the timeout. */
function timeoutOf(request: KubeRequest, milliseconds: number, thrown: unknown): unknown {
  if (thrown instanceof KubeError && thrown.status !== 0) return thrown;
  return kubeErrorOfTimeout(milliseconds, nameOf(request));
}

function nameOf(request: KubeRequest): string {
  return `${request.method} ${request.path}`;
}
