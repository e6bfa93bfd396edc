import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { EnvReader } from "./env.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createLogger, logLevels } from "./logger.ts";
import type { Logger } from "./logger.ts";
import { Metrics } from "./metrics.ts";

/** What the process offers to what runs in it. */
export interface ProcessContext {
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly stopping: AbortSignal;
  readonly lifecycle: Lifecycle;
}

/** Reads STILLS_LOG_LEVEL; `env.throwIfInvalid()` reports a wrong one together with the other settings. */
export function createProcessContext(
  component: string,
  env: EnvReader = new EnvReader(),
): ProcessContext {
  const level = env.oneOf("STILLS_LOG_LEVEL", logLevels, {
    text: "The least important messages that are logged.",
    default: "info",
  });
  const log = createLogger({ component, level });
  const lifecycle = new Lifecycle(log);
  return {
    log,
    clock: systemClock,
    metrics: new Metrics(),
    stopping: lifecycle.stopping,
    lifecycle,
  };
}
