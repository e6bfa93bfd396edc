import { streams } from "../api/messages/subjects.ts";
import type { Nats } from "../platform/nats/connection.ts";
import { probeStream, type StreamName } from "../platform/nats/stream-probe.ts";
import { deleteStream } from "../platform/nats/streams.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import { PeriodicTask } from "../platform/process/periodic-task.ts";
import type { ControllerMetrics } from "./metrics.ts";
import type { NatsRepair } from "./nats-repair.ts";

interface StreamMonitorDependencies {
  nats: Nats;
  repair: NatsRepair;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

const pauseMilliseconds = 10_000;
/** A store that failed to write fails for ever; anything else that fails may do so once. */
const failuresInARow = 2;

/**
 * Finds streams that take nothing more since their disk was full, and has them created again; while there is no room, that is
 * repeated. What was on them is found as after any loss of NATS's data: jobs are queued in the API server. Leader only.
 */
export class StreamMonitor {
  readonly #dependencies: StreamMonitorDependencies;
  readonly #task: PeriodicTask;
  /** How often in a row a stream could not be written. */
  readonly #failures = new Map<StreamName, number>();
  constructor(dependencies: StreamMonitorDependencies) {
    this.#dependencies = dependencies;
    const { clock, log } = dependencies;
    this.#task = new PeriodicTask({
      name: "check of the streams",
      pauseMilliseconds,
      clock,
      log,
      work: () => this.#checkAll(),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#task.run(signal);
  }

  async #checkAll(): Promise<void> {
    // Without a connection it is the connection that says so.
    if (!this.#dependencies.nats.isConnected) return;
    for (const stream of Object.values(streams))
      await this.#check(stream).catch((err: unknown) =>
        this.#dependencies.log.warn({ stream, err }, "Could not check a stream"),
      );
  }

  async #check(stream: StreamName): Promise<void> {
    const { nats, repair, metrics, log } = this.#dependencies;
    const state = await probeStream(nats, stream);
    const failures = state === "Broken" ? (this.#failures.get(stream) ?? 0) + 1 : 0;
    this.#failures.set(stream, failures % failuresInARow);
    // Nobody may have published to it since, and so asked for the repair.
    if (state === "Missing") repair.request();
    if (failures < failuresInARow) return;
    log.error({ stream }, "NATS cannot write to a stream; creating the stream again");
    try {
      await deleteStream(nats, stream);
      metrics.streamsRecreated.increment({ stream });
    } finally {
      // The server may have deleted it although its answer did not come.
      repair.request();
    }
  }
}
