import { messageVersion } from "../api/messages/capture-messages.ts";
import type { WorkerAnnouncement } from "../api/messages/capture-messages.ts";
import { subjects } from "../api/messages/subjects.ts";
import type { Nats } from "../platform/nats/connection.ts";
import { Publisher } from "../platform/nats/publisher.ts";
import type { Unsubscribe } from "../platform/nats/publisher.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";

/** What a worker can say about itself at any moment. */
export type WorkerReport = Pick<WorkerAnnouncement, "state" | "holding" | "reason" | "message">;

export interface AnnouncerOptions {
  nats: Nats;
  pool: string;
  worker: string;
  slots: number;
  sandbox: WorkerAnnouncement["sandbox"];
  report: () => WorkerReport;
  log: Logger;
}

/** The controller forgets a worker it has not heard of for 15 s. */
const everyMilliseconds = 5_000;

/** Tells the controller what this worker can do: at the start, every few seconds, on a roll call and when told to. */
export class Announcer implements Runnable {
  readonly name = "announcer";
  readonly #options: AnnouncerOptions;
  readonly #publisher: Publisher;
  #unsubscribe: Unsubscribe = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;
  #lastState = "";

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#publisher = new Publisher(options.nats);
  }

  async start(): Promise<void> {
    this.#stopped = false;
    this.#unsubscribe = this.#publisher.subscribe(subjects.rollCall, () => this.announce());
    this.#timer = setInterval(() => this.announce(), everyMilliseconds);
    this.announce();
  }

  /** Says that the worker has stopped, and nothing after that. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe();
    if (this.#stopped) return;
    this.#stopped = true;
    this.#send({ state: "Stopped", holding: [] });
  }

  /** Says how things are now. */
  announce(): void {
    if (!this.#stopped) this.#send(this.#options.report());
  }

  /** Says how things are, if the worker's state has changed. Which jobs it holds can wait for the next round. */
  announceChange(): void {
    if (stateOf(this.#options.report()) !== this.#lastState) this.announce();
  }

  #send(report: WorkerReport): void {
    const { nats, pool, worker, slots, sandbox, log } = this.#options;
    // Core NATS buffers while it is disconnected; old announcements would only confuse.
    if (!nats.isConnected) return;
    const announcement: WorkerAnnouncement = {
      version: messageVersion,
      worker,
      pool,
      slots,
      sandbox,
      ...report,
    };
    try {
      this.#publisher.send(subjects.announce(pool, worker), announcement);
      this.#lastState = stateOf(report);
    } catch (thrown) {
      log.warn({ err: thrown }, "Could not announce the worker");
    }
  }
}

function stateOf({ state, message = "" }: WorkerReport): string {
  return `${state}: ${message}`;
}
