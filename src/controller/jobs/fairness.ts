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

interface Place {
  readonly queue: NamespaceQueue;
  readonly node: ListNode<PendingJob>;
}

/**
 * The jobs that wait for one pool: first in, first out within a namespace, and the namespaces take turns, one job each.
 * That is deficit round robin (Shreedhar and Varghese, SIGCOMM 1995) where every job costs the quantum, so that no deficit
 * is ever carried over. Every operation takes the same time however many jobs wait, but for `oldestMilliseconds`, which
 * looks at one job a namespace.
 */
export class FairQueue {
  readonly #namespaces = new Map<string, NamespaceQueue>();
  readonly #turns = new LinkedList<NamespaceQueue>();
  readonly #places = new Map<string, Place>();

  get size(): number {
    return this.#places.size;
  }

  has(uid: string): boolean {
    return this.#places.has(uid);
  }

  /**
   * Adds a job; one that waits already keeps its place. `Front` is for a job that had its turn before and came back.
   * Answers whether it was added.
   */
  add(job: PendingJob, at: "Front" | "Back"): boolean {
    if (this.#places.has(job.uid)) return false;
    const queue = this.#namespaces.get(job.namespace) ?? this.#open(job.namespace);
    const node = at === "Front" ? queue.jobs.prepend(job) : queue.jobs.append(job);
    this.#places.set(job.uid, { queue, node });
    return true;
  }

  /** Takes a job out, wherever it waits. Answers whether it waited. */
  remove(uid: string): boolean {
    const place = this.#places.get(uid);
    if (place === undefined) return false;
    this.#places.delete(uid);
    place.queue.jobs.remove(place.node);
    if (place.queue.jobs.size === 0) this.#close(place.queue);
    return true;
  }

  /** The next job by turn, taken out of the queue. */
  take(): PendingJob | undefined {
    const queue = this.#turns.shift();
    const job = queue?.jobs.shift();
    if (queue === undefined || job === undefined) return undefined;
    this.#places.delete(job.uid);
    if (queue.jobs.size === 0) this.#namespaces.delete(queue.namespace);
    else queue.turn = this.#turns.append(queue);
    return job;
  }

  /** Creation time of the job that waits longest, as far as the heads of the namespaces tell. */
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
