import { askQueue } from "../../api/messages/subjects.ts";
import { natsAccountOf } from "../../api/rights/nats-accounts.ts";
import { natsPermissions } from "../../api/rights/nats-permissions.ts";
import { serveAuthCallout } from "../../platform/nats/auth-callout.ts";
import type { CalloutKey } from "../../platform/nats/callout-key.ts";
import type {
  ConnectionDecision,
  ConnectionGrant,
  ConnectionRequest,
} from "../../platform/nats/callout-tokens.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerMetrics } from "../metrics.ts";
import type { PodCache, PodRecord } from "./pod-record.ts";
import type { TokenReviewer } from "./token-reviewer.ts";
import { connectionName, judgeLogin } from "./worker-login-policy.ts";
import type { LoginVerdict } from "./worker-login-policy.ts";

interface WorkerLoginServiceDependencies {
  nats: Nats;
  key: CalloutKey;
  pods: PodCache;
  reviewer: TokenReviewer;
  /** Of all workers, `system:serviceaccount:<namespace>:<name>`. */
  serviceAccount: string;
  metrics: Pick<ControllerMetrics, "workerLogins">;
  clock: Clock;
  log: Logger;
}

/** A connection whose end nobody has brought about ends itself after that; its worker logs in again, which takes milliseconds. */
const validSeconds = 3_600;

/**
 * Tells NATS who a worker is and what it may do: by the token of its pod, what that one pod needs. Every replica answers; nothing of a token
 * is logged.
 */
export class WorkerLoginService implements Runnable {
  readonly name = "worker login service";
  readonly #dependencies: WorkerLoginServiceDependencies;
  readonly #stopping = new AbortController();
  #unsubscribe: Unsubscribe | undefined;

  constructor(dependencies: WorkerLoginServiceDependencies) {
    this.#dependencies = dependencies;
  }

  /** Answers as soon as the pods are known; until then, other replicas do. */
  async start(): Promise<void> {
    const { nats, key, pods } = this.#dependencies;
    pods.synced.then(
      () => {
        if (this.#stopping.signal.aborted) return;
        const decide = (request: ConnectionRequest) => this.#decide(request);
        this.#unsubscribe = serveAuthCallout(nats, { queue: askQueue, key, decide });
      },
      () => undefined,
    );
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#stopping.abort(new Error("The controller is stopping"));
  }

  async #decide({ token, clientName, host }: ConnectionRequest): Promise<ConnectionDecision> {
    const { metrics, log } = this.#dependencies;
    try {
      const verdict = await this.#judge(token);
      metrics.workerLogins.increment({ outcome: verdict.kind });
      if (verdict.kind === "Granted")
        return { kind: "Granted", grant: this.#grantFor(verdict.worker) };
      log.warn({ client: clientName, host, cause: verdict.reason }, "Refused a connection to NATS");
      return verdict;
    } catch (thrown) {
      metrics.workerLogins.increment({ outcome: "Failed" });
      throw thrown;
    }
  }

  async #judge(token: string | undefined): Promise<LoginVerdict> {
    if (token === undefined || token === "")
      return { kind: "Refused", reason: "it shows no token, and is no user of NATS" };
    const { pods, reviewer, serviceAccount } = this.#dependencies;
    const reviewed = await reviewer.review(token, this.#stopping.signal);
    const uid = reviewed?.pod?.uid;
    const pod = uid === undefined ? undefined : pods.getByUID(uid);
    return judgeLogin({ token: reviewed, pod, serviceAccount });
  }

  #grantFor(worker: PodRecord): ConnectionGrant {
    const { pool, name } = worker;
    const { publish, subscribe } = natsPermissions("worker", { pool, name });
    return {
      account: natsAccountOf("worker"),
      name: connectionName(worker),
      publish,
      subscribe,
      expiresAtSeconds: Math.floor(this.#dependencies.clock.now() / 1000) + validSeconds,
    };
  }
}
