import { readFileSync } from "node:fs";
import { connect } from "@nats-io/transport-node";
import type { Auth, ConnectionOptions, NatsConnection } from "@nats-io/transport-node";
import { Failure } from "../../api/reasons/failure.ts";
import { connectionProblem } from "./connection-problem.ts";
import { pause } from "./limits.ts";
import type { NatsOptions } from "./nats-options.ts";

/** With two unanswered ones the server counts as gone, so after 15 seconds: a node that dies closes no connection. */
const pingIntervalMilliseconds = 5_000;
const dialLimitMilliseconds = 5_000;
const pauseMilliseconds = 500;
const logEveryMilliseconds = 5_000;

/**
 * Connects, retrying until the signal is aborted; logs every few seconds that it waits. The client's own
 * `waitOnFirstConnect` can be neither stopped nor bounded.
 * @throws Failure(InternalError) with the last error once the signal is aborted
 */
export async function firstConnection(
  options: NatsOptions,
  { signal, onError }: { signal: AbortSignal; onError: (err: unknown) => void },
): Promise<NatsConnection> {
  const { user, log } = options;
  const credential = credentialReader(options);
  let loggedAt = Number.NEGATIVE_INFINITY;
  let lastError: unknown;
  while (!signal.aborted) {
    try {
      return await connect(connectionOptions(options, credential));
    } catch (err) {
      lastError = err;
      onError(err);
    }
    if (performance.now() - loggedAt >= logEveryMilliseconds) {
      loggedAt = performance.now();
      log.warn(
        { err: lastError, cause: connectionProblem(options, lastError), user },
        "Waiting for NATS",
      );
    }
    await pause(pauseMilliseconds, signal);
  }
  throw new Failure("InternalError", {
    message: `${connectionProblem(options, lastError)}; check STILLS_NATS_URL and that the server runs`,
    cause: lastError,
  });
}

function connectionOptions(options: NatsOptions, credential: () => Auth): ConnectionOptions {
  const { url, name, inboxPrefix, caFile } = options;
  return {
    servers: url,
    // With `tls` the client refuses a server that offers no TLS, so the password is never sent in the clear.
    ...(url.startsWith("tls:") && { tls: caFile === undefined ? {} : { caFile } }),
    name,
    inboxPrefix,
    authenticator: credential,
    timeout: dialLimitMilliseconds,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    reconnectJitter: 500,
    reconnectJitterTLS: 500,
    pingInterval: pingIntervalMilliseconds,
    maxPingOut: 2,
    // A password may be rotated on the server a moment before its file changes here, and who is to vouch for a token may be away.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
  };
}

/** What the client shows, read at every connection attempt. Never throws: the client closes for good when an authenticator does. */
function credentialReader(options: NatsOptions): () => Auth {
  const { user, password = "", passwordFile, tokenFile, log } = options;
  if (tokenFile !== undefined) {
    const token = fileReader(tokenFile, log);
    return () => ({ auth_token: token() });
  }
  const read = passwordFile === undefined ? () => password : fileReader(passwordFile, log);
  return () => ({ user, pass: read() });
}

function fileReader(file: string, log: NatsOptions["log"]): () => string {
  let last = "";
  return () => {
    try {
      last = readFileSync(file, "utf8").trim();
    } catch (err) {
      log.error({ err, file }, "Could not read the credential for NATS");
    }
    return last;
  };
}
