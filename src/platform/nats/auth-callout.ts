import type { Msg } from "@nats-io/transport-node";
import { serverSubjects } from "../../api/messages/subjects.ts";
import { serveBounded } from "./bounded-service.ts";
import type { CalloutKey } from "./callout-key.ts";
import { readQuestion, writeAnswer } from "./callout-tokens.ts";
import type { ConnectionDecision, ConnectionRequest } from "./callout-tokens.ts";
import type { Nats } from "./connection.ts";
import type { Unsubscribe } from "./publisher.ts";

interface CalloutOptions {
  queue: string;
  key: CalloutKey;
  /** What it throws is logged, and the connection is refused: its client tries again. */
  decide: (request: ConnectionRequest) => Promise<ConnectionDecision>;
}

/**
 * Answers the servers' questions who somebody is that is no user of their configuration, as a member of a queue group (ADR-26). Call the
 * returned function to stop.
 */
export function serveAuthCallout(nats: Nats, { queue, key, decide }: CalloutOptions): Unsubscribe {
  return serveBounded(nats, {
    subject: serverSubjects.authorization,
    queue,
    accepts: ({ reply }) => isOfServer(reply),
    serve: async (message) => {
      try {
        const question = readQuestion(message.string());
        respond(message, writeAnswer(question, await decided(question.request), key));
      } catch (err) {
        nats.log.error({ err }, "Could not answer who a connection is");
      }
    },
    // Without an answer the client waits for the server's limit, and asks anew.
    refuse: () => nats.log.warn({}, "Too many connections are opened at once"),
  });

  async function decided(request: ConnectionRequest): Promise<ConnectionDecision> {
    try {
      return await decide(request);
    } catch (err) {
      nats.log.error({ err, client: request.clientName }, "Could not find out who a client is");
      return { kind: "Refused", reason: "nobody could be asked who it is" };
    }
  }
}

/** Answers go to servers only, or whoever could publish on the subject would choose where they go. */
function isOfServer(reply: string | undefined): boolean {
  return reply?.startsWith("$SYS._INBOX.") === true;
}

function respond(message: Msg, answer: string): void {
  try {
    message.respond(answer);
  } catch {
    // The connection is closing: the client asks anew, and another member answers.
  }
}
