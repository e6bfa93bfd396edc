import { LinkedList } from "./linked-list.ts";
import type { ListNode } from "./linked-list.ts";

export interface PendingJob {
  readonly uid: string;
  readonly namespace: string;
  readonly createdMilliseconds: number;
}

interface NamespaceQueue {
  readonly namespace: string;
  readonly jobs: LinkedList<PendingJob>;
  turn: ListNode<NamespaceQueue>;
}

interface Entry {
  readonly queue: NamespaceQueue;
  readonly node: ListNode<PendingJob>;
}

/**
 * The jobs that wait for one pool: first in, first out within a namespace; the namespaces take turns, one job each. This is
 * deficit round robin (Shreedhar and Varghese, SIGCOMM 1995) where every job costs the quantum, so no deficit is carried
 * over. Operations take constant time, except `oldestMilliseconds`, which reads one job per namespace.
 */
export class FairQueue {
  readonly #namespaces = new Map<string, NamespaceQueue>();
  readonly #turns = new LinkedList<NamespaceQueue>();
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Adds a job; a job that already waits keeps its position. `Front` is for a job that had its turn before and came back.
   * Returns whether the job was added.
   */
  add(job: PendingJob, at: "Front" | "Back"): boolean {
    if (this.#entries.has(job.uid)) return false;
    const queue = this.#namespaces.get(job.namespace) ?? this.#open(job.namespace);
    const node = at === "Front" ? queue.jobs.prepend(job) : queue.jobs.append(job);
    this.#entries.set(job.uid, { queue, node });
    return true;
  }

  /** Removes a job from anywhere in the queue. Returns whether it waited. */
  remove(uid: string): boolean {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return false;
    this.#entries.delete(uid);
    entry.queue.jobs.remove(entry.node);
    if (entry.queue.jobs.size === 0) this.#close(entry.queue);
    return true;
  }

  /** Removes and returns the next job: the first of the namespace whose turn it is. */
  dequeue(): PendingJob | undefined {
    const queue = this.#turns.shift();
    const job = queue?.jobs.shift();
    if (queue === undefined || job === undefined) return undefined;
    this.#entries.delete(job.uid);
    if (queue.jobs.size === 0) this.#namespaces.delete(queue.namespace);
    else queue.turn = this.#turns.append(queue);
    return job;
  }

  /** Creation time of the oldest job at the head of a namespace, epoch milliseconds; undefined when none waits. */
  oldestMilliseconds(): number | undefined {
    let oldest: number | undefined;
    for (const queue of this.#turns) {
      const created = queue.jobs.first?.createdMilliseconds;
      if (created !== undefined && (oldest === undefined || created < oldest)) oldest = created;
    }
    return oldest;
  }

  #open(namespace: string): NamespaceQueue {
    const opened = { namespace, jobs: new LinkedList<PendingJob>() };
    const queue = opened as NamespaceQueue;
    queue.turn = this.#turns.append(queue);
    this.#namespaces.set(namespace, queue);
    return queue;
  }

  #close(queue: NamespaceQueue): void {
    this.#namespaces.delete(queue.namespace);
    this.#turns.remove(queue.turn);
  }
}
