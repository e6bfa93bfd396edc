import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ProxyGrant } from "../api/messages/proxy-grant.ts";
import type { Clock } from "../platform/process/clock.ts";
import { isSettledWithin } from "../platform/process/settled-within.ts";
import type { ForwardProxyLimits, HostAndPort } from "./config.ts";
import type { EgressMetrics } from "./metrics.ts";
import type { OriginDialer } from "./origin-dialer.ts";
import { connectRequired, overloaded, timedOut, tokenInvalid, toRefusal } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { parseAuthorityTarget } from "./request-target.ts";
import type { AuthorizedTarget, TargetAuthorizer } from "./target-authorizer.ts";
import type { TokenVerifier } from "./token-verifier.ts";
import type { TrafficBudgets } from "./traffic-budgets.ts";
import type { TunnelRecorder } from "./tunnel-recorder.ts";

interface ConnectHandlerDependencies {
  limits: ForwardProxyLimits;
  tokenVerifier: TokenVerifier;
  targetAuthorizer: TargetAuthorizer;
  originDialer: OriginDialer;
  trafficBudgets: TrafficBudgets;
  tunnelRecorder: TunnelRecorder;
  metrics: EgressMetrics;
  clock: Clock;
}

/**
 * Relays between the client and an open connection to its target; resolves when both have ended. It must add its listeners to the
 * connection before it awaits anything.
 */
type Relay = (origin: Socket, options: { requiresTLS: boolean }) => Promise<void>;

/** Admits or refuses each CONNECT, dials its target, and limits how many run at a time. The caller relays the bytes. */
export class ConnectHandler {
  readonly #dependencies: ConnectHandlerDependencies;
  #inProgress = 0;
  #draining = false;
  #onIdle: () => void = () => undefined;

  constructor(dependencies: ConnectHandlerDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Serves one CONNECT from its token to the end of its tunnel. Returns the Refusal to answer with, or undefined if the tunnel was
   * opened or the client is gone.
   */
  async serve(
    request: IncomingMessage,
    client: Socket,
    relay: Relay,
  ): Promise<Refusal | undefined> {
    const { tunnelsOpen } = this.#dependencies.metrics;
    this.#inProgress += 1;
    tunnelsOpen.set(this.#inProgress);
    try {
      return await this.#serveCounted(request, client, relay);
    } finally {
      this.#inProgress -= 1;
      tunnelsOpen.set(this.#inProgress);
      if (this.#inProgress === 0) this.#onIdle();
    }
  }

  /** The Refusal of a request that is no CONNECT, counted for the job whose token it carries. */
  refuseMethod(request: IncomingMessage): Refusal {
    const { tokenVerifier, trafficBudgets, tunnelRecorder } = this.#dependencies;
    const refusal = connectRequired();
    const grant = tokenVerifier.verify(request);
    if (grant !== undefined)
      tunnelRecorder.recordRefusal(trafficBudgets.budgetFor(grant), undefined, refusal);
    return refusal;
  }

  /** Whether the request carries a valid token of any job. */
  isAuthorized(request: IncomingMessage): boolean {
    return this.#dependencies.tokenVerifier.verify(request) !== undefined;
  }

  /**
   * Refuses new tunnels and waits for the open ones. Resolves with true if all have ended, with false at the limit; then closes every
   * traffic budget, which ends the remaining tunnels.
   */
  async drain(limitSeconds: number): Promise<boolean> {
    const { targetAuthorizer, trafficBudgets, clock } = this.#dependencies;
    this.#draining = true;
    const { promise: idle, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    if (this.#inProgress > 0) await isSettledWithin(idle, limitSeconds * 1000, clock);
    const isDrained = this.#inProgress === 0;
    trafficBudgets.close();
    targetAuthorizer.cancel();
    return isDrained;
  }

  async #serveCounted(
    request: IncomingMessage,
    client: Socket,
    relay: Relay,
  ): Promise<Refusal | undefined> {
    const { tokenVerifier, targetAuthorizer, originDialer, trafficBudgets, tunnelRecorder } =
      this.#dependencies;
    const grant = tokenVerifier.verify(request);
    if (grant === undefined) return tokenInvalid();

    const budget = trafficBudgets.budgetFor(grant);
    let targetHost: string | undefined;
    try {
      this.#refuseOverload();
      budget.countTunnel();
      const target = parseAuthorityTarget(request.url ?? "");
      targetHost = target.host;
      const authorized = await this.#authorizeInTime(grant, target);
      const origin = await originDialer.open(budget, authorized);
      await relay(origin, { requiresTLS: targetAuthorizer.requiresTLS(grant.class) });
      tunnelRecorder.recordEnd(budget, "Relayed");
      return undefined;
    } catch (thrown) {
      if (client.destroyed) {
        tunnelRecorder.recordEnd(budget, "Abandoned");
        return undefined;
      }
      const refusal = toRefusal(thrown);
      tunnelRecorder.recordRefusal(budget, targetHost, refusal);
      return refusal;
    }
  }

  #refuseOverload(): void {
    const { maxConnections } = this.#dependencies.limits;
    if (this.#draining) throw overloaded("The egress proxy is shutting down");
    if (this.#inProgress > maxConnections)
      throw overloaded(
        `The egress proxy has reached its limit of ${maxConnections} tunnels; add replicas or raise STILLS_EGRESS_MAX_CONNECTIONS`,
      );
  }

  async #authorizeInTime(grant: ProxyGrant, target: HostAndPort): Promise<AuthorizedTarget> {
    const { limits, targetAuthorizer, clock } = this.#dependencies;
    const authorized = targetAuthorizer.authorize(grant, target);
    const timeoutMilliseconds = limits.connectTimeoutSeconds * 1000;
    if (!(await isSettledWithin(authorized, timeoutMilliseconds, clock)))
      throw timedOut(`The lookup of the host name ${target.host} timed out`);
    return await authorized;
  }
}
