import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import type { ProxyGrant } from "../core/proxy-token.ts";
import type { ForwardProxyConfig } from "./config.ts";
import type { ForwardProxyHost } from "./forward-proxy.ts";
import type { BoundConnections } from "./bound-connections.ts";
import { JobLedger } from "./job-ledger.ts";
import type { JobAccount } from "./job-account.ts";
import type { EgressMetrics } from "./metrics.ts";
import { NameResolver } from "./name-resolver.ts";
import { OriginAgent } from "./origin-agent.ts";
import { OriginDialer } from "./origin-dialer.ts";
import { OwnAddresses } from "./own-addresses.ts";
import { noRoom, targetNotAllowed, timedOut, tokenRefused, toRefusal } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { RequestTarget } from "./request-target.ts";
import { TargetCheck } from "./target-check.ts";
import type { CheckedTarget, RequestForm, TargetCheckParts } from "./target-check.ts";

export interface ProxyDeskOptions {
  /** For tests on a machine whose own addresses play the Internet. */
  ownAddresses?: TargetCheckParts["ownAddresses"];
}

/** A request that may go on: where to, and on whose account. */
export interface Admitted {
  target: RequestTarget;
  checked: CheckedTarget;
  account: JobAccount;
  agent: OriginAgent;
  demandsTLS: boolean;
  /** A connection of its own, not taken from the kept ones. Throws a Refusal. */
  open(): Promise<Socket>;
}

/** Parses the target and lets it pass, or throws a Refusal. */
export type Visit = (parse: () => RequestTarget, form: RequestForm) => Promise<Admitted>;

/** A hostile page must not fill the log: only so many refusals of one job are written at "info". */
const loggedRefusalsPerJob = 20;

interface JobAtDesk {
  account: JobAccount;
  agent: OriginAgent;
  refusals: number;
}

/** Where every request is admitted or refused, counted and logged; what is carried out is the caller's. */
export class ProxyDesk {
  readonly #config: ForwardProxyConfig;
  readonly #host: ForwardProxyHost;
  readonly #metrics: EgressMetrics;
  readonly #connections: BoundConnections;
  readonly #resolver: NameResolver;
  readonly #check: TargetCheck;
  readonly #dialer: OriginDialer;
  readonly #ledger: JobLedger;
  readonly #jobs = new Map<JobAccount, JobAtDesk>();
  #inProgress = 0;
  #draining = false;
  #onIdle: () => void = () => undefined;

  constructor(
    config: ForwardProxyConfig,
    host: ForwardProxyHost,
    metrics: EgressMetrics,
    options: ProxyDeskOptions & { connections: BoundConnections },
  ) {
    const { clock } = host;
    this.#config = config;
    this.#host = host;
    this.#metrics = metrics;
    this.#connections = options.connections;
    this.#resolver = new NameResolver({ servers: config.dnsServers, clock, metrics });
    const ownAddresses = options.ownAddresses ?? new OwnAddresses(clock);
    this.#check = new TargetCheck({ config, resolver: this.#resolver, ownAddresses });
    const { connectTimeoutSeconds } = config.limits;
    this.#dialer = new OriginDialer({ clock, metrics, connectTimeoutSeconds });
    this.#ledger = new JobLedger({
      clock,
      onOpen: (account) => this.#openJob(account),
      onClose: (account) => this.#closeJob(account),
    });
  }

  /**
   * Runs one request from its token to its end. Returns the Refusal to answer with, or undefined when the request was
   * carried out or its client has gone.
   */
  async serve(
    request: IncomingMessage,
    carryOut: (visit: Visit) => Promise<void>,
    client: Writable,
  ): Promise<Refusal | undefined> {
    this.#inProgress += 1;
    this.#metrics.inProgress.set(this.#inProgress);
    try {
      return await this.#serveCounted(request, carryOut, client);
    } finally {
      this.#inProgress -= 1;
      this.#metrics.inProgress.set(this.#inProgress);
      if (this.#inProgress === 0) this.#onIdle();
    }
  }

  /** Resolves when nothing is in progress any more, or at the limit; afterwards every account is closed. */
  async drain(limitSeconds: number): Promise<void> {
    this.#draining = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    const limit = setTimeout(resolve, limitSeconds * 1000);
    if (this.#inProgress > 0) await promise;
    clearTimeout(limit);
    this.#ledger.close();
    this.#resolver.cancel();
  }

  async #serveCounted(
    request: IncomingMessage,
    carryOut: (visit: Visit) => Promise<void>,
    client: Writable,
  ): Promise<Refusal | undefined> {
    const grant = this.#grantOf(request);
    if (grant === undefined) return tokenRefused();

    const job = this.#jobOf(grant);
    const seen: { host?: string } = {};
    try {
      await carryOut((parse, form) => this.#admit(job, seen, { request, parse, form }));
      this.#count(grant, "Relayed");
      return undefined;
    } catch (thrown) {
      if (client.destroyed) {
        this.#count(grant, "Abandoned");
        return undefined;
      }
      const refusal = toRefusal(thrown);
      this.#count(grant, refusal.reason);
      this.#logRefusal(job, seen.host, refusal);
      return refusal;
    }
  }

  #grantOf(request: IncomingMessage): ProxyGrant | undefined {
    const verdict = this.#connections.verdictOn(request, this.#host.clock.now());
    if (verdict.valid) return verdict.grant;
    this.#metrics.refusedTokens.increment({ problem: verdict.problem });
    this.#host.log.debug({ problem: verdict.problem }, "Refused proxy token");
    return undefined;
  }

  async #admit(
    { account, agent }: JobAtDesk,
    seen: { host?: string },
    wanted: { request: IncomingMessage; parse: () => RequestTarget; form: RequestForm },
  ): Promise<Admitted> {
    this.#refuseWithoutRoom();
    account.countRequest();
    if (wanted.request.method === "TRACE")
      throw targetNotAllowed("The egress proxy does not carry TRACE requests");
    const target = wanted.parse();
    seen.host = target.host;
    const trafficClass = account.grant.class;
    const checked = await this.#checkInTime(trafficClass, target, wanted.form);
    return {
      target,
      checked,
      account,
      agent,
      demandsTLS: this.#check.demandsTLS(trafficClass),
      open: () => this.#dialer.open(account, checked),
    };
  }

  #refuseWithoutRoom(): void {
    const { maxConnections } = this.#config.limits;
    if (this.#draining) throw noRoom("The egress proxy is about to stop");
    if (this.#inProgress > maxConnections)
      throw noRoom(
        `The egress proxy has ${maxConnections} requests in progress, which is all it takes; add replicas or raise STILLS_EGRESS_MAX_CONNECTIONS`,
      );
  }

  async #checkInTime(
    trafficClass: ProxyGrant["class"],
    target: RequestTarget,
    form: RequestForm,
  ): Promise<CheckedTarget> {
    const { connectTimeoutSeconds } = this.#config.limits;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const limit = setTimeout(
      () => reject(timedOut(`The host name ${target.host} could not be looked up in time`)),
      connectTimeoutSeconds * 1000,
    );
    try {
      return await Promise.race([this.#check.check(trafficClass, target, form), late]);
    } finally {
      clearTimeout(limit);
    }
  }

  #count(grant: ProxyGrant, outcome: "Relayed" | "Abandoned" | Refusal["reason"]): void {
    this.#metrics.requests.increment({ class: grant.class, outcome });
  }

  #jobOf(grant: ProxyGrant): JobAtDesk {
    const account = this.#ledger.accountOf(grant);
    return this.#jobs.get(account) ?? this.#openJob(account);
  }

  #openJob(account: JobAccount): JobAtDesk {
    const agent = new OriginAgent((checked) => this.#dialer.open(account, checked));
    account.onCrowded = () => agent.dropIdle();
    account.onTransferred = (received, sent) => {
      const { class: trafficClass } = account.grant;
      this.#metrics.transferredBytes.increment(
        { class: trafficClass, direction: "Received" },
        received,
      );
      this.#metrics.transferredBytes.increment({ class: trafficClass, direction: "Sent" }, sent);
    };
    const job = { account, agent, refusals: 0 };
    this.#jobs.set(account, job);
    return job;
  }

  #closeJob(account: JobAccount): void {
    this.#jobs.get(account)?.agent.destroy();
    this.#jobs.delete(account);
    this.#host.log.debug({ ...factsOf(account), ...account.used }, "Closed account of attempt");
  }

  #logRefusal(job: JobAtDesk, targetHost: string | undefined, refusal: Refusal): void {
    const facts = { ...factsOf(job.account), targetHost, reason: refusal.reason };
    job.refusals += 1;
    if (refusal.reason === "InternalError")
      this.#host.log.error({ ...facts, err: refusal }, "Could not serve request");
    else if (job.refusals <= loggedRefusalsPerJob) this.#host.log.info(facts, "Refused request");
    else this.#host.log.debug(facts, "Refused request");
  }
}

function factsOf({ grant }: JobAccount) {
  return { jobUID: grant.uid, attempt: grant.attempt, trafficClass: grant.class };
}
