import type { ClassReason } from "../../api/reasons/class-reasons.ts";
import type { EventRecorder } from "../../platform/kube/event-recorder.ts";
import { apiVersionOf } from "../../platform/kube/resource-type.ts";
import { screenshotClassType } from "../../platform/kube/resources.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerMetrics } from "../metrics.ts";
import type { ClassRecord, ClassState } from "./class-record.ts";

interface ClassClaimDependencies {
  record: ClassRecord;
  className: string;
  events: EventRecorder;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

/** Another installation holds the class that this one had: the process must end. */
export class ClassLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ClassLost";
  }
}

const pauseMilliseconds = 5_000;
/** How often it is said again who holds the class: Events are forgotten after an hour. */
const repeatMilliseconds = 600_000;

/**
 * The claim of an installation on its class, which it needs before a replica may lead. All replicas of an installation share it, and it stays
 * when they end. `failed` rejects with ClassLost.
 */
export class ClassClaim implements Runnable {
  readonly name: string;
  readonly failed: Promise<never>;
  readonly #dependencies: ClassClaimDependencies;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #failure = Promise.withResolvers<never>();
  #problem: string | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #said = { sentence: "", milliseconds: 0 };

  constructor(dependencies: ClassClaimDependencies) {
    const { className, metrics, log } = dependencies;
    this.name = `claim on the class '${className}'`;
    this.#dependencies = dependencies;
    this.#log = log.child({ class: className });
    this.#problem = `the class '${className}' has not been claimed yet`;
    this.failed = this.#failure.promise;
    // Without a listener a rejection must not end the process.
    this.failed.catch(() => undefined);
    metrics.classHeld.set(0);
  }

  /** Why this installation does not hold its class, in a sentence; undefined: it does. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Resolves when the installation holds its class, however long that takes. Rejects only with the signal's reason. */
  async start(signal: AbortSignal): Promise<void> {
    while ((await this.#look(signal)) !== true)
      await this.#dependencies.clock.sleep(pauseMilliseconds, signal);
    this.#keeping = this.#keep(this.#stopping.signal);
  }

  /** The claim stays, for the next process. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error(`The ${this.name} is not watched any more`));
    await this.#keeping;
  }

  /** Somebody may delete the claim, and another installation make its own. */
  async #keep(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#dependencies.clock.sleep(pauseMilliseconds, signal);
        if ((await this.#look(signal)) !== false) continue;
        this.#failure.reject(new ClassLost(this.#problem ?? ""));
        return;
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  }

  /** Whether the class is held; undefined: unknown, as while the API server does not answer. @throws the signal's reason */
  async #look(signal: AbortSignal): Promise<boolean | undefined> {
    try {
      const state = await this.#dependencies.record.claim(signal);
      if (state === undefined) return undefined;
      this.#note(state);
      return state.isOurs;
    } catch (err) {
      signal.throwIfAborted();
      this.#log.warn({ err }, "Could not read or claim the class");
      return undefined;
    }
  }

  #note(state: ClassState): void {
    const { className, metrics } = this.#dependencies;
    const { isOurs, holder } = state;
    metrics.classHeld.set(isOurs ? 1 : 0);
    const sentence = isOurs
      ? `The installation in the namespace '${holder.namespace}' takes the jobs of the class '${className}'`
      : `the class '${className}' is held by the installation in the namespace '${holder.namespace}': give this one another class (STILLS_CLASS_NAME, in the chart \`className\`), or remove the other one and its namespace`;
    this.#problem = isOurs ? undefined : sentence;
    this.#say(state, sentence);
  }

  /** In the log and as an Event of the ScreenshotClass: when it is news, and the bad ones from time to time. */
  #say({ isOurs, uid }: ClassState, sentence: string): void {
    const { className, events, clock } = this.#dependencies;
    const now = clock.monotonicMilliseconds();
    const isNews = sentence !== this.#said.sentence;
    if (!isNews && (isOurs || now - this.#said.milliseconds < repeatMilliseconds)) return;
    this.#said = { sentence, milliseconds: now };
    const reason: ClassReason = isOurs ? "ClassHeld" : "ClassTaken";
    if (isOurs) this.#log.info({ reason }, sentence);
    else this.#log.warn({ reason, cause: sentence }, "Not leading");
    events.record({
      regarding: {
        apiVersion: apiVersionOf(screenshotClassType),
        kind: screenshotClassType.kind,
        name: className,
        uid,
      },
      type: isOurs ? "Normal" : "Warning",
      reason,
      action: "ClaimClass",
      note: sentence,
    });
  }
}
