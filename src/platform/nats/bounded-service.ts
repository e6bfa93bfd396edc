import type { Msg, Subscription } from "@nats-io/transport-node";
import type { Nats } from "./connection.ts";
import type { Unsubscribe } from "./publisher.ts";

interface BoundedService {
  subject: string;
  /** Members of a queue group share the requests. */
  queue: string;
  /** Whether a request is one to answer at all; others are dropped. */
  accepts: (request: Msg) => boolean;
  /** Answers a request. Never rejects. */
  serve: (request: Msg) => Promise<void>;
  /** Answers one that is too many. */
  refuse: (request: Msg) => void;
}

/** Requests of one subject that are served at the same time; further ones wait. */
const maxConcurrent = 64;
/** Requests that may wait; further ones are refused, and another member can serve them. */
const maxWaiting = 4_096;

/**
 * Serves requests with a bound on how many, also after a reconnect to a server that did not permit it before. Call the returned function to stop; requests
 * in flight are still served, since no other member has them.
 */
export function serveBounded(nats: Nats, service: BoundedService): Unsubscribe {
  const waiting: Msg[] = [];
  let running = 0;
  const startNext = (): void => {
    const request = running < maxConcurrent ? waiting.shift() : undefined;
    if (request === undefined) return;
    running += 1;
    void service.serve(request).finally(() => {
      running -= 1;
      startNext();
    });
  };
  let isRefused = false;
  const subscribe = (): Subscription =>
    nats.connection.subscribe(service.subject, {
      queue: service.queue,
      callback: (err, request) => {
        // Such a subscription is over: the client does not make it again with the next connection.
        if (err !== null) isRefused = true;
        if (err !== null || !service.accepts(request)) return;
        if (waiting.length >= maxWaiting) {
          service.refuse(request);
          return;
        }
        waiting.push(request);
        startNext();
      },
    });
  let subscription = subscribe();
  // A server that has restarted may permit what it refused: its configuration was an earlier one.
  const forgetHook = nats.onReconnect(() => {
    if (!isRefused) return;
    isRefused = false;
    subscription = subscribe();
  });
  return () => {
    forgetHook();
    if (!subscription.isClosed()) subscription.drain().catch(() => undefined);
  };
}
