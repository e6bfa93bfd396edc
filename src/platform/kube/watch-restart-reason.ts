import { isExpired, isThrottled, isUnauthorized } from "./kube-error.ts";
import type { WatchRestartReason } from "./kube-metrics.ts";

/** The connection is open, but the server sends nothing: it is half open, or the server has lost the watch. */
export class WatchSilent extends Error {
  constructor(milliseconds: number, options: ErrorOptions) {
    super(`The watch sent nothing for ${milliseconds} ms`, options);
    this.name = "WatchSilent";
  }
}

/** The kind of failure that ended a list or a watch. */
export function restartReasonOf(thrown: unknown): WatchRestartReason {
  if (thrown instanceof WatchSilent) return "Silent";
  if (isExpired(thrown)) return "Expired";
  if (isUnauthorized(thrown)) return "Unauthorized";
  if (isThrottled(thrown)) return "Throttled";
  return "Failed";
}
