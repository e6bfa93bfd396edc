import { parseAnnouncement } from "../../api/messages/worker-announcement.ts";
import type { WorkerAnnouncement } from "../../api/messages/worker-announcement.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { WorkerProblem } from "../../api/reasons/worker-problems.ts";
import type { CoreMessage, Publisher, Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";

/** Workers announce themselves every five seconds; after three missed announcements a worker counts as gone. */
const forgetAfterMilliseconds = 15_000;
const sweepEveryMilliseconds = 1_000;

interface KnownWorker {
  announcement: WorkerAnnouncement;
  /** Monotonic. */
  announcedAtMilliseconds: number;
}

/** The totals of the workers of a pool. */
export interface WorkerSummary {
  workers: number;
  readyWorkers: number;
  /** Of ready workers. */
  slots: number;
  busySlots: number;
  /** At least one worker runs its browser without the sandbox. */
  sandboxOff: boolean;
  /** Why a worker takes no jobs, in its own words. */
  problem: { reason: WorkerProblem | undefined; message: string } | undefined;
}

/** The workers, as they announce themselves. Every replica listens, so that a new leader knows them at once. */
export class WorkerRegistry implements Runnable {
  readonly name = "worker registry";
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #workers = new Map<string, KnownWorker>();
  readonly #holders = new Map<string, string>();
  readonly #listeners = new Set<(pool: string, pickedUpUIDs: readonly string[]) => void>();
  readonly #sweep: PeriodicTask;
  #unsubscribe: Unsubscribe | undefined;

  constructor(dependencies: { publisher: Publisher; clock: Clock; log: Logger }) {
    this.#publisher = dependencies.publisher;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
    this.#sweep = new PeriodicTask({
      name: "search for silent workers",
      pauseMilliseconds: sweepEveryMilliseconds,
      work: async () => this.#forgetSilent(),
      clock: dependencies.clock,
      log: dependencies.log,
    });
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#publisher.subscribe(subjects.allAnnouncements, (message) =>
      this.#receive(message),
    );
    await this.#sweep.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await this.#sweep.stop();
  }

  /** Has all workers announce themselves now. */
  requestAnnouncements(): void {
    this.#publisher.send(subjects.rollCall, {});
  }

  /** Calls the listener after each announcement, with the uids of newly held jobs. Returns the function that ends it. */
  onChange(listener: (pool: string, pickedUpUIDs: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a worker announces that it holds this job. */
  holds(uid: string): boolean {
    return this.#holders.has(uid);
  }

  /** Why the worker that holds this job is not ready; undefined when it is, or no worker holds the job. */
  problemOfHolder(uid: string): WorkerProblem | undefined {
    const holder = this.#workers.get(this.#holders.get(uid) ?? "")?.announcement;
    return holder?.state === "Unready" ? holder.reason : undefined;
  }

  slotsOf(pool: string): number {
    return this.summaryOf(pool).slots;
  }

  /** The jobs of a pool whose pages are captured and whose pictures wait to be stored. */
  storingUIDsOf(pool: string): string[] {
    return this.workersOf(pool).flatMap(({ storing = [] }) => storing);
  }

  /** The last announcement of each worker of a pool. */
  workersOf(pool: string): WorkerAnnouncement[] {
    return [...this.#workers.values()]
      .map(({ announcement }) => announcement)
      .filter((announcement) => announcement.pool === pool);
  }

  summaryOf(pool: string): WorkerSummary {
    const summary: WorkerSummary = {
      workers: 0,
      readyWorkers: 0,
      slots: 0,
      busySlots: 0,
      sandboxOff: false,
      problem: undefined,
    };
    for (const { announcement } of this.#workers.values()) {
      if (announcement.pool !== pool) continue;
      summary.workers += 1;
      summary.busySlots += busySlotsOf(announcement);
      if (announcement.state === "Ready") {
        summary.readyWorkers += 1;
        summary.slots += announcement.slots;
      }
      if (announcement.state === "Unready") summary.problem ??= problemOf(announcement);
      if (announcement.sandbox === "Off") summary.sandboxOff = true;
    }
    return summary;
  }

  #receive({ subject, body }: CoreMessage): void {
    let announcement: WorkerAnnouncement;
    try {
      announcement = parseAnnouncement(body);
      // NATS lets a worker publish on its own subject only; what it writes there is its own affair.
      if (subject !== subjects.announce(announcement.pool, announcement.worker))
        throw new Error(`The announcement on ${subject} is of another worker`);
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
        "Worker announced itself",
      );
    const before = new Set(previous?.announcement.holding);
    this.#notify(
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
      announcedAtMilliseconds: this.#clock.monotonicMilliseconds(),
    });
  }

  #forget(id: string): void {
    for (const uid of this.#workers.get(id)?.announcement.holding ?? [])
      if (this.#holders.get(uid) === id) this.#holders.delete(uid);
    this.#workers.delete(id);
  }

  #forgetSilent(): void {
    const oldest = this.#clock.monotonicMilliseconds() - forgetAfterMilliseconds;
    for (const [id, { announcement, announcedAtMilliseconds }] of this.#workers) {
      if (announcedAtMilliseconds >= oldest) continue;
      this.#forget(id);
      this.#log.warn(
        { worker: announcement.worker, pool: announcement.pool },
        "Worker stopped announcing itself",
      );
      this.#notify(announcement.pool, []);
    }
  }

  #notify(pool: string, pickedUpUIDs: readonly string[]): void {
    for (const listener of this.#listeners) listener(pool, pickedUpUIDs);
  }
}

/** Jobs on one page take one slot together, so there may be more of them than slots. */
function busySlotsOf({ slots, holding, storing = [] }: WorkerAnnouncement): number {
  return Math.min(slots, holding.length - storing.length);
}

function problemOf({ worker, reason, message }: WorkerAnnouncement): WorkerSummary["problem"] {
  return { reason, message: message ?? `Worker ${worker} takes no jobs and gives no reason` };
}

function workerID(announcement: WorkerAnnouncement): string {
  return `${announcement.pool}/${announcement.worker}`;
}
