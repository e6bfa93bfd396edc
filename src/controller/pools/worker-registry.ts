import { parseAnnouncement } from "../../api/messages/capture-messages.ts";
import type { WorkerAnnouncement } from "../../api/messages/capture-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { WorkerProblem } from "../../api/reasons/worker-problems.ts";
import type { Publisher, Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";

/** Workers announce themselves every five seconds; three in a row missed, and they are taken for gone. */
const forgetAfterMilliseconds = 15_000;
const sweepEveryMilliseconds = 1_000;

interface KnownWorker {
  announcement: WorkerAnnouncement;
  /** Monotonic. */
  heardAtMilliseconds: number;
}

export interface WorkerSummary {
  workers: number;
  readyWorkers: number;
  /** Of workers that are ready. */
  slots: number;
  busySlots: number;
  /** A worker of the pool runs its browser without the sandbox. */
  sandboxOff: boolean;
  /** Of one that takes no work, as it says itself. */
  problem: { reason: WorkerProblem | undefined; message: string } | undefined;
}

/** What the workers say about themselves, as long as they say it. Every replica listens, so that a new leader knows. */
export class WorkerRegistry implements Runnable {
  readonly name = "worker registry";
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #workers = new Map<string, KnownWorker>();
  readonly #holders = new Map<string, string>();
  readonly #listeners = new Set<(pool: string, taken: readonly string[]) => void>();
  #unsubscribe: Unsubscribe | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(dependencies: { publisher: Publisher; clock: Clock; log: Logger }) {
    this.#publisher = dependencies.publisher;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#publisher.subscribe(subjects.allAnnouncements, ({ body }) => {
      this.#hear(body);
    });
    this.#sweep = setInterval(() => this.#forgetSilent(), sweepEveryMilliseconds);
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    this.#unsubscribe?.();
  }

  /** Asks all workers to announce themselves now. */
  requestAnnouncements(): void {
    this.#publisher.send(subjects.rollCall, {});
  }

  /** Tells when a pool's workers have changed, with the uids that a worker has begun to hold. Returns the function that ends it. */
  onChange(listener: (pool: string, taken: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a worker says that it has this job now. */
  holds(uid: string): boolean {
    return this.#holders.has(uid);
  }

  /** Why the worker that has this job says it is not ready, if it does. */
  problemOfHolder(uid: string): WorkerProblem | undefined {
    const holder = this.#workers.get(this.#holders.get(uid) ?? "")?.announcement;
    return holder?.state === "Unready" ? holder.reason : undefined;
  }

  slotsOf(pool: string): number {
    return this.summaryOf(pool).slots;
  }

  /** What each of a pool's workers said last. */
  workersOf(pool: string): WorkerAnnouncement[] {
    return [...this.#workers.values()]
      .map(({ announcement }) => announcement)
      .filter((announcement) => announcement.pool === pool);
  }

  summaryOf(pool: string): WorkerSummary {
    const found: WorkerSummary = {
      ...{ workers: 0, readyWorkers: 0, slots: 0, busySlots: 0, sandboxOff: false },
      problem: undefined,
    };
    for (const { announcement } of this.#workers.values()) {
      if (announcement.pool !== pool) continue;
      found.workers += 1;
      found.busySlots += announcement.holding.length;
      if (announcement.state === "Ready") {
        found.readyWorkers += 1;
        found.slots += announcement.slots;
      }
      if (announcement.state === "Unready") found.problem ??= problemOf(announcement);
      if (announcement.sandbox === "Off") found.sandboxOff = true;
    }
    return found;
  }

  #hear(body: unknown): void {
    let announcement: WorkerAnnouncement;
    try {
      announcement = parseAnnouncement(body);
    } catch (err) {
      this.#log.warn({ err }, "Could not read worker announcement");
      return;
    }
    const id = workerID(announcement);
    const previous = this.#workers.get(id);
    if (announcement.state === "Stopped") this.#forget(id);
    else this.#remember(id, announcement);
    if (previous === undefined)
      this.#log.info(
        { worker: announcement.worker, pool: announcement.pool, slots: announcement.slots },
        "Heard of worker",
      );
    const before = new Set(previous?.announcement.holding);
    this.#tell(
      announcement.pool,
      announcement.holding.filter((uid) => !before.has(uid)),
    );
  }

  #remember(id: string, announcement: WorkerAnnouncement): void {
    for (const uid of this.#workers.get(id)?.announcement.holding ?? [])
      if (this.#holders.get(uid) === id) this.#holders.delete(uid);
    for (const uid of announcement.holding) this.#holders.set(uid, id);
    this.#workers.set(id, {
      announcement,
      heardAtMilliseconds: this.#clock.monotonicMilliseconds(),
    });
  }

  #forget(id: string): void {
    for (const uid of this.#workers.get(id)?.announcement.holding ?? [])
      if (this.#holders.get(uid) === id) this.#holders.delete(uid);
    this.#workers.delete(id);
  }

  #forgetSilent(): void {
    const oldest = this.#clock.monotonicMilliseconds() - forgetAfterMilliseconds;
    for (const [id, { announcement, heardAtMilliseconds }] of this.#workers) {
      if (heardAtMilliseconds >= oldest) continue;
      this.#forget(id);
      this.#log.warn(
        { worker: announcement.worker, pool: announcement.pool },
        "Heard nothing of worker for too long",
      );
      this.#tell(announcement.pool, []);
    }
  }

  #tell(pool: string, taken: readonly string[]): void {
    for (const listener of this.#listeners) listener(pool, taken);
  }
}

function problemOf({ worker, reason, message }: WorkerAnnouncement): WorkerSummary["problem"] {
  return { reason, message: message ?? `Worker ${worker} takes no jobs and does not say why` };
}

function workerID(announcement: WorkerAnnouncement): string {
  return `${announcement.pool}/${announcement.worker}`;
}
