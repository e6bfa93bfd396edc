import { messageVersion } from "../api/messages/message-version.ts";
import type { WorkerAnnouncement } from "../api/messages/worker-announcement.ts";
import { subjects } from "../api/messages/subjects.ts";
import type { Nats } from "../platform/nats/connection.ts";
import { Publisher } from "../platform/nats/publisher.ts";
import type { Unsubscribe } from "../platform/nats/publisher.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { Readiness } from "./readiness.ts";
import type { WorkerActivity } from "./worker-activity.ts";

interface AnnouncerDependencies {
  nats: Nats;
  pool: string;
  worker: string;
  slots: number;
  sandbox: WorkerAnnouncement["sandbox"];
  activity: WorkerActivity;
  readiness: Readiness;
  log: Logger;
}

/** The changing part of an announcement. */
type WorkerReport = Pick<
  WorkerAnnouncement,
  "state" | "holding" | "storing" | "reason" | "message"
>;

/** The controller drops a worker that has been silent for 15 s. */
const announceEveryMilliseconds = 5_000;

/** Announces the worker to the controller: at start, every few seconds, on a roll call, and when its state changes. */
export class Announcer implements Runnable {
  readonly name = "announcer";
  readonly #dependencies: AnnouncerDependencies;
  readonly #publisher: Publisher;
  #unsubscribe: Unsubscribe = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;
  #lastState = "";

  constructor(dependencies: AnnouncerDependencies) {
    this.#dependencies = dependencies;
    this.#publisher = new Publisher(dependencies.nats);
    dependencies.readiness.onChange(() => this.#announceChange());
    dependencies.activity.onDraining(() => this.#announce());
  }

  async start(): Promise<void> {
    this.#stopped = false;
    this.#unsubscribe = this.#publisher.subscribe(subjects.rollCall, () => this.#announce());
    this.#timer = setInterval(() => this.#announce(), announceEveryMilliseconds);
    this.#announce();
  }

  /** Announces that the worker has stopped, and nothing after that. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe();
    if (this.#stopped) return;
    this.#stopped = true;
    this.#send({ state: "Stopped", holding: [] });
  }

  #announce(): void {
    if (!this.#stopped) this.#send(this.#report());
  }

  /** The jobs the worker holds change often; they are announced with the next round. */
  #announceChange(): void {
    if (stateOf(this.#report()) !== this.#lastState) this.#announce();
  }

  #report(): WorkerReport {
    const { activity, readiness } = this.#dependencies;
    const held = { holding: activity.jobUIDs, storing: activity.storingUIDs };
    if (activity.draining.aborted) return { state: "Draining", ...held };
    const { unreadyReason } = readiness;
    return unreadyReason === undefined
      ? { state: "Ready", ...held }
      : { state: "Unready", ...held, ...unreadyReason };
  }

  #send(report: WorkerReport): void {
    const { nats, pool, worker, slots, sandbox, log } = this.#dependencies;
    // Core NATS buffers while it is disconnected, and an announcement is out of date soon.
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
