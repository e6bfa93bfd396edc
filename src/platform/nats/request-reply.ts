import type { Msg } from "@nats-io/transport-node";
import { Failure, toFailure } from "../../api/reasons/failure.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import { parseBody } from "./body.ts";
import { serveBounded } from "./bounded-service.ts";
import { attempt, ConnectionReplaced } from "./repeatable-request.ts";
import type { Nats } from "./connection.ts";
import { pause } from "./limits.ts";
import { isNoResponders, toNatsFailure } from "./nats-failure.ts";
import type { Unsubscribe } from "./publisher.ts";

export interface RequestOptions {
  /** For all tries together. */
  timeoutMilliseconds: number;
  signal?: AbortSignal;
}

const pauseBetweenTriesMilliseconds = 200;

/**
 * Sends a request and waits for the reply. While nothing serves the subject, as during a restart, and after a lost connection,
 * it sends the request again until the time limit: a handler may receive one request twice.
 *
 * @returns what the handler of `serveRequests` returned, as parsed JSON
 * @throws the Failure that the handler threw (reason and message); Failure(InternalError), which is transient, when no reply
 *   came in time; or the signal's reason
 */
export async function sendRequest(
  nats: Nats,
  subject: string,
  body: unknown,
  options: RequestOptions,
): Promise<unknown> {
  const payload = JSON.stringify(body);
  const endsAt = performance.now() + options.timeoutMilliseconds;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const reply = await attempt(
        nats,
        (timeout) => nats.connection.request(subject, payload, { timeout }),
        { limitMilliseconds: Math.max(1, endsAt - performance.now()), signal: options.signal },
      );
      return openEnvelope(reply);
    } catch (err) {
      options.signal?.throwIfAborted();
      const isOver = performance.now() + pauseBetweenTriesMilliseconds >= endsAt;
      const mayRetry = isNoResponders(err) || err instanceof ConnectionReplaced;
      if (!mayRetry || isOver) throw toNatsFailure(err, `No reply on ${subject} in time`);
    }
    await pause(pauseBetweenTriesMilliseconds, options.signal);
  }
}

/**
 * Serves the requests on a subject as a member of a queue group. What the handler throws is a reply too: reason and message of a
 * Failure, else InternalError, and the log has what the requester is not told. Call the returned function to stop; requests in flight
 * are still served, since no other member has them.
 */
export function serveRequests(
  nats: Nats,
  subject: string,
  queue: string,
  handler: (body: unknown) => Promise<unknown>,
): Unsubscribe {
  let isStopping = false;
  // What is ended by an orderly stop is repeated by its requester.
  const reportUnexpected = (err: unknown): void =>
    isStopping ? undefined : nats.log.error({ subject, err }, "Could not serve request");
  const unsubscribe = serveBounded(nats, {
    subject,
    queue,
    accepts: ({ reply }) => isInbox(reply),
    serve: (message) => serveOne(message, handler, reportUnexpected),
    refuse: (message) =>
      respond(message, { error: { reason: "InternalError", message: "Too many requests" } }),
  });
  return () => {
    isStopping = true;
    unsubscribe();
  };
}

async function serveOne(
  message: Msg,
  handler: (body: unknown) => Promise<unknown>,
  reportUnexpected: (err: unknown) => void,
): Promise<void> {
  try {
    respond(message, { answer: await handler(parseBody(message.data)) });
  } catch (thrown) {
    if (!(thrown instanceof Failure)) reportUnexpected(thrown);
    const { reason, message: sentence } = toFailure(thrown);
    respond(message, { error: { reason, message: sentence } });
  }
}

/**
 * The reply is published with the rights of the responder, to a subject that the requester chose. Only inboxes get one, or a
 * requester could use the responder's rights on JetStream's API. A request from another account has a reply subject that the server
 * has put in the place of the requester's, which no client can name itself.
 */
function isInbox(reply: string | undefined): boolean {
  return reply !== undefined && /^(_INBOX[._]|_R_\.)/.test(reply);
}

function respond(message: Msg, envelope: object): void {
  try {
    message.respond(JSON.stringify(envelope));
  } catch {
    // The connection is closing: the requester retries with another replica.
  }
}

function openEnvelope(message: Msg): unknown {
  const envelope = parseBody(message.data) as
    { answer?: unknown; error?: { reason?: unknown; message?: unknown } } | null | undefined;
  if (typeof envelope !== "object" || envelope === null)
    throw new Failure("RequestMalformed", {
      message: "The reply is not valid: must be an object",
    });
  if (envelope.error === undefined) return envelope.answer;
  const { reason, message: sentence } = envelope.error;
  throw new Failure(typeof reason === "string" && isReason(reason) ? reason : "InternalError", {
    message: typeof sentence === "string" ? sentence : "The request failed without a message",
  });
}
