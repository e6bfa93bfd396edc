import { jobPriorities, type JobPriority } from "../../api/kinds/job-priority.ts";
import { FairQueue, type PendingJob } from "./fair-queue.ts";
import { SmoothRoundRobin } from "./smooth-round-robin.ts";

export interface WaitingJob extends PendingJob {
  readonly priority: JobPriority;
}

/** While all classes have jobs, of thirteen turns so many are a class's: none starves. */
const weights: Readonly<Record<JobPriority, number>> = { Synchronous: 8, Interactive: 4, Batch: 1 };

/**
 * The jobs that wait for one pool: the class is chosen first, by weight, then the namespace within it, in turn. Fairness between
 * namespaces alone would have a caller wait for one job of each.
 */
export class Backlog {
  readonly #queues: Readonly<Record<JobPriority, FairQueue>> = {
    Synchronous: new FairQueue(),
    Interactive: new FairQueue(),
    Batch: new FairQueue(),
  };
  readonly #turns = new SmoothRoundRobin(weights);

  get size(): number {
    return jobPriorities.reduce((sum, priority) => sum + this.#queues[priority].size, 0);
  }

  /** Adds a job to its class; `Front` is for a job that had its turn before and came back. A job that already waits keeps its position. */
  add(job: WaitingJob, at: "Front" | "Back"): void {
    this.#queues[job.priority].add(job, at);
  }

  /** Removes a job from wherever it waits. */
  remove(uid: string): void {
    for (const priority of jobPriorities)
      if (this.#queues[priority].remove(uid)) this.#forgetIfEmpty(priority);
  }

  /** Removes and returns the next job of these classes; undefined when none of theirs waits. */
  dequeue(classes: readonly JobPriority[]): PendingJob | undefined {
    const priority = this.#turns.next(classes.filter((one) => this.#queues[one].size > 0));
    if (priority === undefined) return undefined;
    const job = this.#queues[priority].dequeue();
    this.#forgetIfEmpty(priority);
    return job;
  }

  /** Creation time of the oldest job that waits in these classes; epoch milliseconds, undefined when none does. */
  oldestMilliseconds(classes: readonly JobPriority[] = jobPriorities): number | undefined {
    const times = classes
      .map((priority) => this.#queues[priority].oldestMilliseconds())
      .filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #forgetIfEmpty(priority: JobPriority): void {
    if (this.#queues[priority].size === 0) this.#turns.forget(priority);
  }
}
