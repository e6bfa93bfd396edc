import type { FastifyReply } from "./http-app.ts";

/** Aborted if the client closes the connection before the response is complete. */
export function disconnectSignalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished)
      controller.abort(new Error("The client closed the connection"));
  });
  return controller.signal;
}
