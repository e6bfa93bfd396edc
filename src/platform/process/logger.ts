import { pino } from "pino";
import type { DestinationStream, Logger as PinoLogger } from "pino";

/** `log.info({ facts }, "Constant message")`; child loggers with `log.child({ … })`. */
export type Logger = PinoLogger;

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
type LogLevel = (typeof logLevels)[number];

interface LoggerOptions {
  component: string;
  level: LogLevel;
  /** Where lines go; standard output unless a test says otherwise. */
  destination?: DestinationStream;
}

/** Keys whose values never reach a log, at the top and one level down. */
const secretKeys = [
  "authorization",
  "cookie",
  "cookies",
  "secret",
  "secretKey",
  "secretAccessKey",
  "accessKey",
  "password",
  "token",
  "attemptToken",
  "proxyToken",
  "proxyTokens",
  "signature",
  "presignedURL",
];

const redactedPaths = [
  ...secretKeys.flatMap((key) => [key, `*.${key}`]),
  'headers["proxy-authorization"]',
  '*.headers["proxy-authorization"]',
  "*.headers.authorization",
  "*.headers.cookie",
  'headers["set-cookie"]',
  '*.headers["set-cookie"]',
];

/** One JSON object a line on standard output, written synchronously, so that a crash loses nothing. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { component: options.component },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      messageKey: "message",
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: redactedPaths, censor: "(redacted)" },
    },
    options.destination ?? standardOutput(),
  );
}

interface DescribedError {
  type: string;
  message: string;
  reason?: string;
  code?: string | number;
  stack?: string;
  cause?: DescribedError;
}

/**
 * An allow-list, since errors of client libraries carry whole requests with their credentials. Causes are followed five
 * deep.
 */
function describeError(thrown: unknown, depth = 0): DescribedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: String(thrown) };
  const described: DescribedError = { type: thrown.name, message: thrown.message };
  const { reason, code } = thrown as { reason?: unknown; code?: unknown };
  if (typeof reason === "string") described.reason = reason;
  if (typeof code === "string" || typeof code === "number") described.code = code;
  if (thrown.stack !== undefined) described.stack = thrown.stack;
  if (thrown.cause !== undefined && depth < 5)
    described.cause = describeError(thrown.cause, depth + 1);
  return described;
}

function standardOutput(): DestinationStream {
  const destination = pino.destination({ dest: 1, sync: true });
  // A reader that has closed the pipe does not end the process.
  destination.on("error", () => undefined);
  return destination;
}
