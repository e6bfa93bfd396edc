import type { Msg } from "@nats-io/transport-node";
import { Failure, toFailure } from "../../api/reasons/failure.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import { parseBody } from "./body.ts";
import { attempt, ConnectionReplaced } from "./attempt.ts";
import type { Nats } from "./connection.ts";
import { pause } from "./limits.ts";
import { isNoResponders, toNatsFailure } from "./nats-failure.ts";
import type { Unsubscribe } from "./publisher.ts";

export interface RequestOptions {
  /** For everything, tries included. */
  timeoutMilliseconds: number;
  signal?: AbortSignal;
}

const pauseBetweenTriesMilliseconds = 200;
/** Handlers of one subject that run at the same time; further questions wait. */
const handlersAtOnce = 64;
/** Questions that may wait for a free handler; beyond that the asker is better off with another replica. */
const longestQueue = 4_096;

/**
 * Asks whoever answers the subject. While nobody listens (a controller that restarts), and after a lost connection, it asks
 * again until the limit is over: a handler may hear the same question twice.
 *
 * @returns what the handler of `answer` returned, as parsed JSON.
 * @throws the Failure that the handler threw (reason and message), or Failure(InternalError), which is transient, when
 *   nobody answered in time. When the signal aborts, its reason.
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
      const mayAskAgain = isNoResponders(err) || err instanceof ConnectionReplaced;
      if (!mayAskAgain || isOver) throw toNatsFailure(err, `Nobody answered ${subject} in time`);
    }
    await pause(pauseBetweenTriesMilliseconds, options.signal);
  }
}

/**
 * Answers questions of a subject as a member of a queue group. What the handler throws is answered too: reason and message
 * of a Failure, else InternalError. Call the returned function to stop; questions that were on their way are still answered,
 * since nobody else got them.
 */
export function serveRequests(
  nats: Nats,
  subject: string,
  queue: string,
  handler: (body: unknown) => Promise<unknown>,
): Unsubscribe {
  const waiting: Msg[] = [];
  let running = 0;
  const startNext = (): void => {
    const message = running < handlersAtOnce ? waiting.shift() : undefined;
    if (message === undefined) return;
    running += 1;
    void answerOne(message, handler).finally(() => {
      running -= 1;
      startNext();
    });
  };
  const subscription = nats.connection.subscribe(subject, {
    queue,
    callback: (err, message) => {
      if (err !== null || !isInbox(message.reply)) return;
      if (waiting.length >= longestQueue) {
        respond(message, { error: { reason: "InternalError", message: "Too many questions" } });
        return;
      }
      waiting.push(message);
      startNext();
    },
  });
  return () => {
    if (!subscription.isClosed()) subscription.drain().catch(() => undefined);
  };
}

async function answerOne(
  message: Msg,
  handler: (body: unknown) => Promise<unknown>,
): Promise<void> {
  try {
    respond(message, { answer: await handler(parseBody(message.data)) });
  } catch (thrown) {
    const { reason, message: sentence } = toFailure(thrown);
    respond(message, { error: { reason, message: sentence } });
  }
}

/**
 * The server lets whoever answers publish to any reply subject a question names, with the answerer's rights. Only inboxes
 * are answered, or a worker could have the controller speak to JetStream's API for it.
 */
function isInbox(reply: string | undefined): boolean {
  return reply !== undefined && /^_INBOX[._]/.test(reply);
}

function respond(message: Msg, envelope: object): void {
  try {
    message.respond(JSON.stringify(envelope));
  } catch {
    // The connection is closing: the asker asks another replica when its limit is over.
  }
}

function openEnvelope(message: Msg): unknown {
  const envelope = parseBody(message.data) as
    { answer?: unknown; error?: { reason?: unknown; message?: unknown } } | null | undefined;
  if (typeof envelope !== "object" || envelope === null)
    throw new Failure("RequestMalformed", {
      message: "The answer is not valid: must be an object",
    });
  if (envelope.error === undefined) return envelope.answer;
  const { reason, message: sentence } = envelope.error;
  throw new Failure(typeof reason === "string" && isReason(reason) ? reason : "InternalError", {
    message: typeof sentence === "string" ? sentence : "The question was not answered",
  });
}
