import { once } from "node:events";
import { request as openRequest } from "node:http";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { Deadline } from "../process/deadline.ts";
import { connectThroughProxy } from "./proxied-connection.ts";
import { readBeginning } from "./proxied-request.ts";

export interface StreamedPost {
  url: string;
  headers: Record<string, string>;
  /** Exactly so many bytes are sent. */
  sizeBytes: number;
  /** Called once the receiver wants the body, or does not say. What it or its iterator throws is thrown as it is. */
  openBody(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** `http://host:port` of the egress proxy. */
  proxyURL: string;
  /** Goes to the proxy only. */
  proxyToken: string;
  /** How long the receiver may take nothing and say nothing. */
  silenceMilliseconds: number;
  /** From the first byte sent until the answer. */
  timeoutMilliseconds: number;
  signal: AbortSignal;
}

interface StreamedAnswer {
  statusCode: number;
  headers: IncomingHttpHeaders;
}

/** The receiver did not take the body, or did not answer, in time. */
export class ReceiverTooSlow extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ReceiverTooSlow";
  }
}

/** A receiver that knows nothing of `Expect` waits for the body meanwhile (RFC 9110, 10.1.1). */
const patienceMilliseconds = 1_000;
const answerLimitBytes = 65_536;

/**
 * One POST through the egress proxy whose body is never held as a whole: the receiver's pace is the source's pace. The receiver is asked
 * first (`Expect: 100-continue`), so that one that refuses by the headers alone, by size for example, is heard, and is sent nothing:
 * one that closes its connection while it is sent megabytes cannot be heard. Redirects are not followed.
 *
 * @throws TunnelRefused, the error of the connection, ReceiverTooSlow, what the body throws, or the signal's reason
 */
export async function postStream(post: StreamedPost): Promise<StreamedAnswer> {
  const answer = await exchange(post, { asksFirst: true });
  return answer.statusCode === 417 ? await exchange(post, { asksFirst: false }) : answer;
}

async function exchange(
  post: StreamedPost,
  { asksFirst }: { asksFirst: boolean },
): Promise<StreamedAnswer> {
  const { silenceMilliseconds, timeoutMilliseconds } = post;
  using limit = new Deadline({
    milliseconds: timeoutMilliseconds,
    parents: [post.signal],
    reason: () => tooSlow(`take ${post.sizeBytes} bytes and answer`, timeoutMilliseconds),
  });
  using silence = new Deadline({
    milliseconds: silenceMilliseconds,
    parents: [limit.signal],
    reason: () => tooSlow(body.isBegun ? "go on" : "answer", silenceMilliseconds),
  });
  const body = new SentBody(post, silence);
  try {
    const socket = await connectThroughProxy(post, silence.signal);
    using _closed = { [Symbol.dispose]: () => void socket.destroy() };
    const request = openPost(post, { socket, asksFirst, signal: silence.signal });
    const answer = answerTo(request);
    if (asksFirst) {
      request.flushHeaders();
      const asked = bodyAskedFor(request, silence.signal);
      const first = await Promise.race([answer, asked.settled]);
      if (first !== undefined && !asked.isWanted()) return await readAnswer(first);
    }
    return await sendBody(body, request, answer);
  } catch (thrown) {
    post.signal.throwIfAborted();
    // What is aborted fails in many ways.
    silence.signal.throwIfAborted();
    throw body.problem ?? thrown;
  }
}

function tooSlow(what: string, limitMilliseconds: number): ReceiverTooSlow {
  const limitSeconds = Math.round(limitMilliseconds / 1000);
  return new ReceiverTooSlow(`The receiver did not ${what} within ${limitSeconds} seconds`);
}

/** The body on its way; it knows whose fault it is if it does not arrive. */
class SentBody {
  /** What the source threw. */
  problem: unknown;
  isBegun = false;
  readonly #post: StreamedPost;
  readonly #silence: Deadline;

  constructor(post: StreamedPost, silence: Deadline) {
    this.#post = post;
    this.#silence = silence;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of await this.#post.openBody(this.#silence.signal)) {
        this.isBegun = true;
        this.#silence.restart();
        yield piece;
        this.#silence.restart();
      }
    } catch (thrown) {
      this.problem = thrown;
      throw thrown;
    }
  }
}

function openPost(
  { url, headers, sizeBytes }: StreamedPost,
  options: { socket: Socket; asksFirst: boolean; signal: AbortSignal },
): ClientRequest {
  const { host, pathname, search } = new URL(url);
  const { socket, asksFirst, signal } = options;
  return openRequest({
    createConnection: () => socket,
    method: "POST",
    path: `${pathname}${search}`,
    headers: {
      ...headers,
      host,
      "content-length": String(sizeBytes),
      ...(asksFirst && { expect: "100-continue" }),
    },
    signal,
  });
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once("response", resolve);
  request.on("error", reject);
  // It is waited for only once the body is sent.
  promise.catch(() => undefined);
  return promise;
}

/** `settled` resolves when the receiver asks for the body, or has not said within the patience that it does not want it. */
function bodyAskedFor(
  request: ClientRequest,
  signal: AbortSignal,
): { settled: Promise<undefined>; isWanted(): boolean } {
  let isWanted = false;
  request.once("continue", () => (isWanted = true));
  const wait = async (): Promise<undefined> => {
    using patience = new Deadline({ milliseconds: patienceMilliseconds, parents: [signal] });
    await once(request, "continue", { signal: patience.signal }).catch(() => undefined);
  };
  // The answer may come in one piece with the word to go on.
  return { settled: wait(), isWanted: () => isWanted };
}

async function sendBody(
  body: SentBody,
  request: ClientRequest,
  answer: Promise<IncomingMessage>,
): Promise<StreamedAnswer> {
  // Whether it was sent to its end is the receiver's affair: its answer counts, and until that has ended the body goes on.
  pipeline(body.pieces(), request).catch(() => undefined);
  return await readAnswer(await answer);
}

/** Its body is read as far as receivers usually write one, so that they are not cut off. */
async function readAnswer(response: IncomingMessage): Promise<StreamedAnswer> {
  const { statusCode = 0, headers } = response;
  await readBeginning(response, answerLimitBytes).catch(() => undefined);
  return { statusCode, headers };
}
