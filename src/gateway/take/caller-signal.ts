import type { FastifyReply } from "../../platform/http/http-app.ts";

/** Aborted when the caller hangs up before the answer is complete. */
export function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort(new Error("The caller hung up"));
  });
  return controller.signal;
}
