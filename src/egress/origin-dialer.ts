import type { Socket } from "node:net";
import type { Clock } from "../platform/process/clock.ts";
import { dial } from "./dial.ts";
import type { TrafficBudget } from "./traffic-budget.ts";
import type { EgressMetrics } from "./metrics.ts";
import { connectionFailed, Refusal, timedOut } from "./refusal.ts";
import type { CheckedTarget } from "./target-check.ts";

export interface OriginDialerParts {
  clock: Clock;
  metrics: EgressMetrics;
  connectTimeoutSeconds: number;
}

/** Opens connections to checked targets, each on the account of a job. */
export class OriginDialer {
  readonly #parts: OriginDialerParts;

  constructor(parts: OriginDialerParts) {
    this.#parts = parts;
  }

  /** Throws a Refusal. The caller must attach its own listeners before it waits for anything else. */
  async open(account: TrafficBudget, target: CheckedTarget): Promise<Socket> {
    const { metrics, connectTimeoutSeconds } = this.#parts;
    const place = account.takePlace();
    try {
      const socket = await this.#dialMeasured(target);
      place.occupy(socket);
      metrics.originConnections.increment({}, 1);
      socket.once("close", () => metrics.originConnections.increment({}, -1));
      return socket;
    } catch (thrown) {
      place.giveBack();
      throw refusalOf(thrown, target, connectTimeoutSeconds);
    }
  }

  async #dialMeasured(target: CheckedTarget): Promise<Socket> {
    const { clock, metrics, connectTimeoutSeconds } = this.#parts;
    const startMilliseconds = clock.monotonicMilliseconds();
    const signal = AbortSignal.timeout(connectTimeoutSeconds * 1000);
    let outcome: "Connected" | "Failed" | "TimedOut" = "Failed";
    try {
      const socket = await dial({ ...target, signal });
      outcome = "Connected";
      return socket;
    } catch (thrown) {
      if (signal.aborted) outcome = "TimedOut";
      throw thrown;
    } finally {
      const seconds = (clock.monotonicMilliseconds() - startMilliseconds) / 1000;
      metrics.dialSeconds.observe(seconds, { outcome });
    }
  }
}

function refusalOf(thrown: unknown, { host, port }: CheckedTarget, limitSeconds: number): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof DOMException && thrown.name === "TimeoutError")
    return timedOut(`${host} did not answer on port ${port} within ${limitSeconds} seconds`);
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return code === "ECONNREFUSED"
    ? connectionFailed(
        `${host} refused the connection on port ${port}; check the port and that the server is up`,
        thrown,
      )
    : connectionFailed(`No connection to ${host} on port ${port}`, thrown);
}
