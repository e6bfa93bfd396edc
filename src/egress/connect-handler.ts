import type { Host } from "../platform/process/host.ts";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { bearerTokenOf, verifyProxyToken } from "../core/tokens/proxy-token.ts";
import type { ProxyGrant } from "../core/tokens/proxy-token.ts";
import type { ForwardProxyConfig, HostAndPort } from "./config.ts";
import { TrafficBudgets } from "./traffic-budgets.ts";
import type { TrafficBudget } from "./traffic-budget.ts";
import type { EgressMetrics } from "./metrics.ts";
import { NameResolver } from "./name-resolver.ts";
import { OriginDialer } from "./origin-dialer.ts";
import { OwnAddresses } from "./own-addresses.ts";
import { noRoom, timedOut, tokenRefused, toRefusal, tunnelsOnly } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { parseAuthorityTarget } from "./request-target.ts";
import { TargetCheck } from "./target-check.ts";
import type { CheckedTarget, TargetCheckParts } from "./target-check.ts";

export type ConnectHandlerHost = Pick<Host, "log" | "clock">;

export interface ConnectHandlerOptions {
  /** For tests on a machine whose own addresses play the Internet. */
  ownAddresses?: TargetCheckParts["ownAddresses"];
}

/**
 * Joins the client to an open connection to its target and resolves when both have ended. It has to listen to the connection before
 * it waits for anything.
 */
export type CarryOut = (origin: Socket, options: { demandsTLS: boolean }) => Promise<void>;

/** A hostile page must not fill the log: only so many refusals of one job are written at "info". */
const loggedRefusalsPerJob = 20;

/** Where every CONNECT is admitted or refused, counted and logged; what goes through the tunnel is the caller's. */
export class ConnectHandler {
  readonly #config: ForwardProxyConfig;
  readonly #host: ConnectHandlerHost;
  readonly #metrics: EgressMetrics;
  readonly #resolver: NameResolver;
  readonly #check: TargetCheck;
  readonly #dialer: OriginDialer;
  readonly #ledger: TrafficBudgets;
  readonly #refusals = new WeakMap<TrafficBudget, number>();
  #inProgress = 0;
  #draining = false;
  #onIdle: () => void = () => undefined;

  constructor(
    config: ForwardProxyConfig,
    host: ConnectHandlerHost,
    metrics: EgressMetrics,
    options: ConnectHandlerOptions,
  ) {
    const { clock } = host;
    this.#config = config;
    this.#host = host;
    this.#metrics = metrics;
    this.#resolver = new NameResolver({ servers: config.dnsServers, clock, metrics });
    const ownAddresses = options.ownAddresses ?? new OwnAddresses(clock);
    this.#check = new TargetCheck({ config, resolver: this.#resolver, ownAddresses });
    const { connectTimeoutSeconds } = config.limits;
    this.#dialer = new OriginDialer({ clock, metrics, connectTimeoutSeconds });
    this.#ledger = new TrafficBudgets({
      clock,
      onOpen: (account) => this.#openJob(account),
      onClose: (account) => this.#closeJob(account),
    });
  }

  /**
   * Runs one CONNECT from its token to its end. Returns the Refusal to answer with, or undefined when the tunnel was open or its client
   * has gone.
   */
  async serve(
    request: IncomingMessage,
    client: Socket,
    carryOut: CarryOut,
  ): Promise<Refusal | undefined> {
    this.#inProgress += 1;
    this.#metrics.tunnelsOpen.set(this.#inProgress);
    try {
      return await this.#serveCounted(request, client, carryOut);
    } finally {
      this.#inProgress -= 1;
      this.#metrics.tunnelsOpen.set(this.#inProgress);
      if (this.#inProgress === 0) this.#onIdle();
    }
  }

  /** The Refusal of a request that is no CONNECT, counted for the job whose token it has. */
  turnAway(request: IncomingMessage): Refusal {
    const refusal = tunnelsOnly();
    const grant = this.#grantOf(request);
    if (grant === undefined) return refusal;
    this.#count(grant, refusal.reason);
    this.#logRefusal(this.#ledger.accountOf(grant), undefined, refusal);
    return refusal;
  }

  /** Whether it has the token of a job. */
  isAuthorized(request: IncomingMessage): boolean {
    return this.#grantOf(request) !== undefined;
  }

  /**
   * Resolves when nothing is in progress any more (true), or at the limit (false); afterwards every account is closed, which ends its
   * tunnels.
   */
  async drain(limitSeconds: number): Promise<boolean> {
    this.#draining = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    const limit = setTimeout(resolve, limitSeconds * 1000);
    if (this.#inProgress > 0) await promise;
    clearTimeout(limit);
    const isDrained = this.#inProgress === 0;
    this.#ledger.close();
    this.#resolver.cancel();
    return isDrained;
  }

  async #serveCounted(
    request: IncomingMessage,
    client: Socket,
    carryOut: CarryOut,
  ): Promise<Refusal | undefined> {
    const grant = this.#grantOf(request);
    if (grant === undefined) return tokenRefused();

    const account = this.#ledger.accountOf(grant);
    const seen: { host?: string } = {};
    try {
      const checked = await this.#admit(account, request.url ?? "", seen);
      const origin = await this.#dialer.open(account, checked);
      await carryOut(origin, { demandsTLS: this.#check.demandsTLS(grant.class) });
      this.#count(grant, "Relayed");
      return undefined;
    } catch (thrown) {
      if (client.destroyed) {
        this.#count(grant, "Abandoned");
        return undefined;
      }
      const refusal = toRefusal(thrown);
      this.#count(grant, refusal.reason);
      this.#logRefusal(account, seen.host, refusal);
      return refusal;
    }
  }

  #grantOf({ headers }: IncomingMessage): ProxyGrant | undefined {
    const token = bearerTokenOf(headers["proxy-authorization"]);
    const verdict = verifyProxyToken(token, this.#config.tokenKey, this.#host.clock.now());
    if (verdict.valid) return verdict.grant;
    this.#metrics.refusedTokens.increment({ problem: verdict.problem });
    this.#host.log.debug({ problem: verdict.problem }, "Refused proxy token");
    return undefined;
  }

  /** What may be dialled, or a Refusal. Notes the host for the log as soon as it is known. */
  async #admit(
    account: TrafficBudget,
    authority: string,
    seen: { host?: string },
  ): Promise<CheckedTarget> {
    this.#refuseWithoutRoom();
    account.countTunnel();
    const target = parseAuthorityTarget(authority);
    seen.host = target.host;
    return await this.#checkInTime(account.grant.class, target);
  }

  #refuseWithoutRoom(): void {
    const { maxConnections } = this.#config.limits;
    if (this.#draining) throw noRoom("The egress proxy is about to stop");
    if (this.#inProgress > maxConnections)
      throw noRoom(
        `The egress proxy has ${maxConnections} tunnels open, which is all it takes; add replicas or raise STILLS_EGRESS_MAX_CONNECTIONS`,
      );
  }

  async #checkInTime(
    trafficClass: ProxyGrant["class"],
    target: HostAndPort,
  ): Promise<CheckedTarget> {
    const { connectTimeoutSeconds } = this.#config.limits;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const limit = setTimeout(
      () => reject(timedOut(`The host name ${target.host} could not be looked up in time`)),
      connectTimeoutSeconds * 1000,
    );
    try {
      return await Promise.race([this.#check.check(trafficClass, target), late]);
    } finally {
      clearTimeout(limit);
    }
  }

  #count(grant: ProxyGrant, outcome: "Relayed" | "Abandoned" | Refusal["reason"]): void {
    this.#metrics.tunnels.increment({ class: grant.class, outcome });
  }

  #openJob(account: TrafficBudget): void {
    account.onTransferred = (received, sent) => {
      const { class: trafficClass } = account.grant;
      this.#metrics.transferredBytes.increment(
        { class: trafficClass, direction: "Received" },
        received,
      );
      this.#metrics.transferredBytes.increment({ class: trafficClass, direction: "Sent" }, sent);
    };
  }

  #closeJob(account: TrafficBudget): void {
    this.#host.log.debug({ ...factsOf(account), ...account.used }, "Closed account of attempt");
  }

  #logRefusal(account: TrafficBudget, targetHost: string | undefined, refusal: Refusal): void {
    const facts = { ...factsOf(account), targetHost, reason: refusal.reason };
    const refusals = (this.#refusals.get(account) ?? 0) + 1;
    this.#refusals.set(account, refusals);
    if (refusal.reason === "InternalError")
      this.#host.log.error({ ...facts, err: refusal }, "Could not serve request");
    else if (refusals <= loggedRefusalsPerJob) this.#host.log.info(facts, "Refused request");
    else this.#host.log.debug(facts, "Refused request");
  }
}

function factsOf({ grant }: TrafficBudget) {
  return { jobUID: grant.uid, attempt: grant.attempt, trafficClass: grant.class };
}
