import type { Socket } from "node:net";
import type { Clock } from "../platform/process/clock.ts";
import { dial } from "./dial.ts";
import type { TrafficBudget } from "./traffic-budget.ts";
import type { EgressMetrics } from "./metrics.ts";
import { connectionFailed, Refusal, timedOut } from "./refusal.ts";
import type { AuthorizedTarget } from "./target-authorizer.ts";

interface OriginDialerDependencies {
  clock: Clock;
  metrics: EgressMetrics;
  connectTimeoutSeconds: number;
}

/** Opens connections to authorized targets, charged to a traffic budget. */
export class OriginDialer {
  readonly #dependencies: OriginDialerDependencies;

  constructor(dependencies: OriginDialerDependencies) {
    this.#dependencies = dependencies;
  }

  /** Throws a Refusal. The caller must add its own listeners to the socket before it awaits anything else. */
  async open(budget: TrafficBudget, target: AuthorizedTarget): Promise<Socket> {
    const { metrics, connectTimeoutSeconds } = this.#dependencies;
    const reservation = budget.reserveConnection();
    try {
      const socket = await this.#dialMeasured(target);
      reservation.attach(socket);
      metrics.originConnections.increment({}, 1);
      socket.once("close", () => metrics.originConnections.increment({}, -1));
      return socket;
    } catch (thrown) {
      reservation.release();
      throw toDialRefusal(thrown, target, connectTimeoutSeconds);
    }
  }

  async #dialMeasured(target: AuthorizedTarget): Promise<Socket> {
    const { clock, metrics, connectTimeoutSeconds } = this.#dependencies;
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

function toDialRefusal(
  thrown: unknown,
  { host, port }: AuthorizedTarget,
  limitSeconds: number,
): Refusal {
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
