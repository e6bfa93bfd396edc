import type { ControllerConfig } from "../../../src/controller/config.ts";
import { runController } from "../../../src/controller/run.ts";
import type { Clock } from "../../../src/platform/process/clock.ts";
import { Lifecycle } from "../../../src/platform/process/lifecycle.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import { Metrics } from "../../../src/platform/process/metrics.ts";

export interface RunningController extends AsyncDisposable {
  metrics(): Promise<string>;
  /** The value of a metric line, as `name{labels}`. */
  metric(line: string): Promise<number>;
}

/** Runs a controller in this process; disposing it is an orderly stop. */
export function startController(config: ControllerConfig, clock: Clock): RunningController {
  const level = process.env["STILLS_TEST_LOG"] === undefined ? "silent" : "debug";
  const log = createLogger({ component: "controller", level });
  const lifecycle = new Lifecycle(log);
  const metrics = new Metrics({ processMetrics: false });
  const { stopping } = lifecycle;
  const running = runController(config, { log, clock, metrics, stopping, lifecycle });
  // A controller that fails in a test rejects when it is disposed of, not before.
  running.catch(() => undefined);
  return {
    metrics: () => metrics.text(),
    async metric(line) {
      const page = await metrics.text();
      const found = page.split("\n").find((text) => text.startsWith(`${line} `));
      return found === undefined ? Number.NaN : Number(found.slice(line.length + 1));
    },
    async [Symbol.asyncDispose]() {
      lifecycle.stop("the test is over");
      await running;
    },
  };
}
