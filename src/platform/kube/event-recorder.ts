import type { Clock } from "../process/clock.ts";
import { isSettledWithin } from "../process/settled-within.ts";
import type { Runnable } from "../process/lifecycle.ts";
import type { Logger } from "../process/logger.ts";
import { PeriodicTask } from "../process/periodic-task.ts";
import { RateLimiter } from "../process/rate-limiter.ts";
import type { EventOutcome, KubeMetrics } from "./kube-metrics.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import { microTime } from "./lease-record.ts";
import type { ObjectName } from "./kube-object.ts";
import type { ResourceClient } from "./resource-client.ts";
import { events } from "./resources.ts";
import type { KubeEvent, ObjectReference } from "./resources.ts";
import type { KubeTransport } from "./transport.ts";

interface EventRecorderOptions {
  transport: KubeTransport;
  clock: Clock;
  log: Logger;
  metrics?: KubeMetrics;
  reportingController: string;
  /** Of this process, e.g. the pod's name. */
  reportingInstance: string;
  /** How often counts of repeated events are written, default 30 s. */
  flushPeriodSeconds?: number;
}

interface RecordedEvent {
  regarding: ObjectReference;
  type: "Normal" | "Warning";
  /** From the catalogue. */
  reason: string;
  /** What was done, PascalCase. */
  action: string;
  /** A sentence, cut at 1,024 characters. */
  note: string;
}

/** A written event and its repetitions since. */
interface Series {
  name: ObjectName;
  count: number;
  writtenCount: number;
  lastMilliseconds: number;
}

/** As client-go: an event seen again within this time counts as the same series. */
const seriesLifeMilliseconds = 6 * 60_000;
const maxSeries = 1_000;
const maxNoteLength = 1_024;
const burst = 25;
const eventsPerSecond = 1;
const maxInFlight = 5;
const stopLimitMilliseconds = 2_000;

/**
 * Records Kubernetes Events (events.k8s.io/v1), best effort: it never throws and never waits. Repetitions become one event with a
 * count; events above the rate are dropped.
 */
export class EventRecorder implements Runnable {
  readonly name = "event recorder";
  readonly #options: EventRecorderOptions;
  readonly #client: ResourceClient<KubeEvent>;
  readonly #clock: Clock;
  readonly #metrics: KubeMetrics;
  readonly #limiter = new RateLimiter({ perSecond: eventsPerSecond, burst });
  readonly #series = new Map<string, Series>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #flushing: PeriodicTask;
  #sequence = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#client = events(options.transport);
    this.#clock = options.clock;
    this.#metrics = options.metrics ?? silentKubeMetrics;
    this.#flushing = new PeriodicTask({
      name: "flush of repeated events",
      pauseMilliseconds: (options.flushPeriodSeconds ?? 30) * 1000,
      clock: options.clock,
      log: options.log,
      work: async () => this.flush(),
    });
  }

  async start(_signal?: AbortSignal): Promise<void> {
    await this.#flushing.start();
  }

  /** Writes the counts not written yet, within two seconds. */
  async stop(): Promise<void> {
    await this.#flushing.stop();
    this.flush();
    await isSettledWithin(Promise.all(this.#inFlight), stopLimitMilliseconds, this.#clock);
  }

  record(event: RecordedEvent): void {
    const now = this.#clock.monotonicMilliseconds();
    const key = seriesKeyOf(event);
    const series = this.#series.get(key);
    if (series !== undefined && now - series.lastMilliseconds < seriesLifeMilliseconds) {
      series.count += 1;
      series.lastMilliseconds = now;
      this.#metrics.eventRecorded("Aggregated");
      return;
    }
    if (!this.#mayWrite(now)) return this.#metrics.eventRecorded("Dropped");
    const written = this.#eventOf(event);
    const { name, namespace } = written.metadata;
    this.#remember(key, {
      name: { name: name ?? "", namespace: namespace ?? "default" },
      count: 1,
      writtenCount: 1,
      lastMilliseconds: now,
    });
    this.#send(() => this.#client.create(written), "Recorded");
  }

  /** Writes the counts of events repeated since the last flush, and forgets series that ended. */
  flush(): void {
    const now = this.#clock.monotonicMilliseconds();
    for (const [key, series] of this.#series) {
      if (series.count > series.writtenCount && this.#mayWrite(now)) this.#writeCount(series);
      else if (now - series.lastMilliseconds >= seriesLifeMilliseconds) this.#series.delete(key);
    }
  }

  #writeCount(series: Series): void {
    series.writtenCount = series.count;
    const age = this.#clock.monotonicMilliseconds() - series.lastMilliseconds;
    const lastObservedTime = microTime(this.#clock.now() - age);
    const patch = { series: { count: series.count, lastObservedTime } };
    this.#send(() => this.#client.mergePatch(series.name, patch), "Recorded");
  }

  #mayWrite(nowMilliseconds: number): boolean {
    return this.#inFlight.size < maxInFlight && this.#limiter.allow(nowMilliseconds);
  }

  #send(write: () => Promise<unknown>, outcome: EventOutcome): void {
    const sending = write().then(
      () => this.#metrics.eventRecorded(outcome),
      (err: unknown) => {
        // The status has the same information, so a lost event stops nothing.
        this.#metrics.eventRecorded("Failed");
        this.#options.log.debug({ err }, "Could not record event");
      },
    );
    this.#inFlight.add(sending);
    void sending.finally(() => this.#inFlight.delete(sending));
  }

  #remember(key: string, series: Series): void {
    this.#series.delete(key);
    this.#series.set(key, series);
    if (this.#series.size <= maxSeries) return;
    const [oldest] = this.#series.keys();
    if (oldest !== undefined) this.#series.delete(oldest);
  }

  #eventOf(event: RecordedEvent): KubeEvent {
    const { regarding, type, reason, action } = event;
    this.#sequence += 1;
    const unique = `${this.#clock.now().toString(16)}${(this.#sequence % 4096).toString(16)}`;
    return {
      metadata: {
        name: `${regarding.name.slice(0, 220)}.${unique}`,
        namespace: regarding.namespace ?? "default",
      },
      eventTime: microTime(this.#clock.now()),
      reportingController: this.#options.reportingController,
      reportingInstance: this.#options.reportingInstance.slice(0, 128),
      regarding,
      type,
      reason,
      action,
      note: event.note.slice(0, maxNoteLength),
    };
  }
}

/** Without the note, which may hold numbers that differ each time. */
function seriesKeyOf({ regarding, type, reason, action }: RecordedEvent): string {
  const object = [regarding.kind, regarding.namespace, regarding.name, regarding.uid];
  return JSON.stringify([...object, type, reason, action]);
}
