import { aborted } from "../process/aborted.ts";
import type { Clock } from "../process/clock.ts";
import type { Runnable } from "../process/lifecycle.ts";
import type { Logger } from "../process/logger.ts";
import { isSettledWithin } from "../process/settled-within.ts";
import type { KubeMetrics } from "./kube-metrics.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import { LeaseRecord } from "./lease-record.ts";
import type { LeaseCall } from "./lease-record.ts";
import { leases } from "./resources.ts";
import type { KubeTransport } from "./transport.ts";

export interface LeaderElectionOptions {
  transport: KubeTransport;
  clock: Clock;
  log: Logger;
  metrics?: KubeMetrics;
  namespace: string;
  leaseName: string;
  /** Unique to this process, e.g. pod name and a random part. */
  identity: string;
  /** After this long without renewal others may take over; default 15. */
  leaseDurationSeconds?: number;
  /** After this long without a successful renewal the holder gives up; default 10. */
  renewDeadlineSeconds?: number;
  /** Between tries; default 2. */
  retryPeriodSeconds?: number;
  /** How long `stop` waits for the leader's work before it releases the lease; default 10. */
  stopLimitSeconds?: number;
  /**
   * Why this process leads badly, in a sentence; undefined if nothing is wrong. A candidate with a handicap stands only when a free lease
   * stays free. A leader with one that lasts offers its lease, and leads on until another takes it.
   */
  handicap?(): string | undefined;
  /** How long a leader has a handicap before it offers its lease; default 30. */
  offerAfterSeconds?: number;
  /** How long an offer lasts, longer than two retry periods; default 10. */
  offerSeconds?: number;
  /** How long a lease has stayed free before a candidate with a handicap stands, longer than an offer of others; default 15. */
  standAfterSeconds?: number;
  /**
   * Called once when the lease is held. The signal is aborted when the lease is lost, or on stop; the promise must settle soon
   * after. A rejection fails the election.
   */
  onStartedLeading(signal: AbortSignal): Promise<void> | void;
}

/** Another process took the lease, or it could not be renewed in time: this process must end. */
export class LeadershipLost extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LeadershipLost";
  }
}

/**
 * Leader election over a Lease, with the algorithm of client-go's leaderelection. There is no fencing: two leaders can overlap, so
 * the leader's writes must be idempotent or compare-and-swap. `failed` rejects with LeadershipLost.
 */
export class LeaderElection implements Runnable {
  readonly name = "leader election";
  readonly failed: Promise<never>;
  readonly #options: LeaderElectionOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #metrics: KubeMetrics;
  readonly #record: LeaseRecord;
  readonly #stopping = new AbortController();
  readonly #leading = new AbortController();
  readonly #failure = Promise.withResolvers<never>();
  readonly #leaseMilliseconds: number;
  readonly #renewDeadlineMilliseconds: number;
  readonly #retryPeriodMilliseconds: number;
  #running: Promise<void> | undefined;
  /** What `onStartedLeading` returned. */
  #work: Promise<void> | undefined;
  #isHolding = false;
  #renewedAtMilliseconds = 0;
  #handicappedSince: number | undefined;
  #freeSince: number | undefined;

  constructor(options: LeaderElectionOptions) {
    const leaseDurationSeconds = options.leaseDurationSeconds ?? 15;
    this.#options = options;
    this.#clock = options.clock;
    this.#log = options.log.child({ lease: options.leaseName, identity: options.identity });
    this.#metrics = options.metrics ?? silentKubeMetrics;
    this.#leaseMilliseconds = leaseDurationSeconds * 1000;
    this.#renewDeadlineMilliseconds = (options.renewDeadlineSeconds ?? 10) * 1000;
    this.#retryPeriodMilliseconds = (options.retryPeriodSeconds ?? 2) * 1000;
    if (
      this.#leaseMilliseconds <= this.#renewDeadlineMilliseconds ||
      this.#renewDeadlineMilliseconds <= this.#retryPeriodMilliseconds * 1.2
    )
      throw new RangeError(
        "The lease must last longer than the renew deadline, and that than 1.2 retry periods",
      );
    const { namespace, leaseName, identity } = options;
    this.#record = new LeaseRecord(leases(options.transport), {
      namespace,
      leaseName,
      identity,
      leaseDurationSeconds,
    });
    this.failed = this.#failure.promise;
    // Without a listener a rejection must not end the process.
    this.failed.catch(() => undefined);
  }

  /** False also when the last renewal is so long ago that another may hold the lease, as after this process was frozen. */
  get isLeader(): boolean {
    return this.#isHolding && this.#sinceRenewal() < this.#leaseMilliseconds;
  }

  /** Holder of the lease, as last read. */
  get holderIdentity(): string | undefined {
    return this.#record.holderIdentity;
  }

  /** Starts to compete; does not wait for the lease. */
  async start(_signal?: AbortSignal): Promise<void> {
    this.#metrics.leading(false);
    this.#running ??= this.#run().catch((thrown: unknown) => {
      this.#endLeading(thrown);
      this.#failure.reject(thrown);
    });
  }

  /** Ends the leader's work within a time limit, then releases the lease. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The leader election is stopping"));
    await this.#running;
  }

  async #run(): Promise<void> {
    if (!(await this.#acquire())) return;
    this.#beginLeading();
    const ended = new AbortController();
    const work = this.#watchWork().finally(() => ended.abort());
    // Also when the renewal fails first.
    work.catch(() => undefined);
    await this.#renew(ended.signal);
    await this.#release();
    await work;
  }

  /** Until the lease is held; false when stopped before. */
  async #acquire(): Promise<boolean> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const mayStand = await this.#mayStand(signal);
      if (mayStand && (await this.#tryToHold(this.#renewDeadlineMilliseconds, signal))) return true;
      // client-go's JitterFactor: up to 1.2 periods more, so that candidates do not try at the same time.
      const pause = this.#retryPeriodMilliseconds * (1 + 1.2 * Math.random());
      await this.#clock.sleep(pause, signal).catch(() => undefined);
    }
    return false;
  }

  /** Without a handicap always; with one when a free lease has stayed free for longer than any offer lasts. */
  async #mayStand(signal: AbortSignal): Promise<boolean> {
    if (this.#options.handicap?.() === undefined) {
      this.#freeSince = undefined;
      return true;
    }
    const now = this.#clock.monotonicMilliseconds();
    this.#freeSince = (await this.#isFree(signal)) ? (this.#freeSince ?? now) : undefined;
    const standAfterMilliseconds = (this.#options.standAfterSeconds ?? 15) * 1000;
    return this.#freeSince !== undefined && now - this.#freeSince >= standAfterMilliseconds;
  }

  /** Never throws: a failure is logged, and counts as held. */
  async #isFree(signal?: AbortSignal): Promise<boolean> {
    const before = this.#clock.monotonicMilliseconds();
    try {
      return await this.#record.isFree(before, {
        nowMilliseconds: this.#clock.now(),
        timeoutMilliseconds: this.#renewDeadlineMilliseconds / 2,
        signal,
      });
    } catch (err) {
      if (signal?.aborted !== true) this.#log.warn({ err }, "Could not read lease");
      return false;
    }
  }

  /** Until `ended`. Throws LeadershipLost. */
  async #renew(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      const waitMilliseconds = this.#retryPeriodMilliseconds;
      await this.#clock.sleep(waitMilliseconds, ended).catch(() => undefined);
      if (ended.aborted) return;
      // The pause may have been longer: a process that was frozen must not renew a lease that another may hold.
      this.#checkRenewal();
      const remaining = this.#renewDeadlineMilliseconds - this.#sinceRenewal();
      await this.#tryToHold(remaining);
      const holder = this.#record.holderIdentity;
      if (holder !== undefined && holder !== this.#options.identity)
        throw new LeadershipLost(`The lease is now held by ${holder}`);
      this.#checkRenewal();
      const cause = this.#lastingHandicap();
      if (cause !== undefined) await this.#offerLease(cause, ended);
    }
  }

  /** What has been wrong for so long that another should lead; undefined otherwise. */
  #lastingHandicap(): string | undefined {
    const cause = this.#options.handicap?.();
    const now = this.#clock.monotonicMilliseconds();
    this.#handicappedSince = cause === undefined ? undefined : (this.#handicappedSince ?? now);
    const offerAfterMilliseconds = (this.#options.offerAfterSeconds ?? 30) * 1000;
    const isLasting = now - (this.#handicappedSince ?? now) >= offerAfterMilliseconds;
    return isLasting ? cause : undefined;
  }

  /**
   * Releases the lease for others to take, and leads on meanwhile: without another candidate there is nobody who could do better. A
   * lease that is seen free is as good as renewed. Throws LeadershipLost when another has taken it.
   */
  async #offerLease(cause: string, ended: AbortSignal): Promise<void> {
    this.#log.warn({ cause }, "Offering the lease to another replica");
    await this.#giveBack();
    const endsAt = this.#clock.monotonicMilliseconds() + this.#offerMilliseconds;
    while (this.#clock.monotonicMilliseconds() < endsAt) {
      await this.#clock.sleep(this.#retryPeriodMilliseconds, ended).catch(() => undefined);
      if (ended.aborted || this.#options.handicap?.() === undefined) break;
      const before = this.#clock.monotonicMilliseconds();
      const isFree = await this.#isFree();
      const holder = this.#record.holderIdentity;
      if (holder !== undefined && holder !== this.#options.identity)
        throw new LeadershipLost(`The lease was handed over to ${holder}, because ${cause}`);
      // It could not be released: the usual renewal goes on.
      if (holder === this.#options.identity) break;
      if (isFree) this.#renewedAtMilliseconds = before;
      this.#checkRenewal();
    }
    this.#handicappedSince = undefined;
  }

  #checkRenewal(): void {
    if (this.#sinceRenewal() < this.#renewDeadlineMilliseconds) return;
    const seconds = this.#renewDeadlineMilliseconds / 1000;
    throw new LeadershipLost(`The lease could not be renewed within ${seconds} seconds`);
  }

  /** Never throws: a failure is logged, and the next try follows. */
  async #tryToHold(limitMilliseconds: number, signal?: AbortSignal): Promise<boolean> {
    const before = this.#clock.monotonicMilliseconds();
    try {
      // Half of what is left, so that one lost packet does not cost the lease.
      const isHeld = await this.#record.tryToHold(before, {
        nowMilliseconds: this.#clock.now(),
        timeoutMilliseconds: Math.max(100, limitMilliseconds / 2),
        signal,
      });
      if (isHeld) this.#renewedAtMilliseconds = before;
      return isHeld;
    } catch (err) {
      if (signal?.aborted !== true) this.#log.warn({ err }, "Could not take or renew lease");
      return false;
    }
  }

  #beginLeading(): void {
    this.#isHolding = true;
    this.#metrics.leading(true);
    this.#log.info("Became leader");
    // #watchWork handles a rejection.
    this.#work = (async () => await this.#options.onStartedLeading(this.#leading.signal))();
    this.#work.catch(() => undefined);
  }

  /** Until the leader's work is over: stopped or failed, and done or late. Throws what the work throws. */
  async #watchWork(): Promise<void> {
    const failed = Promise.withResolvers<void>();
    this.#work?.catch(() => failed.resolve());
    const { signal } = this.#stopping;
    await Promise.race([aborted(signal), aborted(this.#leading.signal), failed.promise]);
    this.#leading.abort(signal.reason ?? new Error("The work of the leader failed"));
    const limitMilliseconds = (this.#options.stopLimitSeconds ?? 10) * 1000;
    await isSettledWithin(this.#work ?? Promise.resolve(), limitMilliseconds, this.#clock);
  }

  async #release(): Promise<void> {
    this.#endLeading(this.#stopping.signal.reason);
    await this.#giveBack();
  }

  async #giveBack(): Promise<void> {
    const call: LeaseCall = {
      nowMilliseconds: this.#clock.now(),
      timeoutMilliseconds: 3_000,
    };
    try {
      await this.#record.release(call);
      this.#log.info("Released lease");
    } catch (err) {
      this.#log.warn({ err }, "Could not release lease");
    }
  }

  #endLeading(reason: unknown): void {
    this.#isHolding = false;
    this.#metrics.leading(false);
    this.#leading.abort(reason);
  }

  get #offerMilliseconds(): number {
    return (this.#options.offerSeconds ?? 10) * 1000;
  }

  #sinceRenewal(): number {
    return this.#clock.monotonicMilliseconds() - this.#renewedAtMilliseconds;
  }
}
