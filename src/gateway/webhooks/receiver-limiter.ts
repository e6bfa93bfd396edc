import type { Clock } from "../../platform/process/clock.ts";
import { ReceiverLane } from "./receiver-lane.ts";
import type { TryResult } from "./receiver-lane.ts";

interface ReceiverLimits {
  /** Bounds the share of a host that does not answer. */
  perHost: number;
  /** Bounds the share of a namespace with many such hosts. */
  perNamespace: number;
  /** The same for pictures, which have room for fewer and take longer. */
  picturesPerNamespace: number;
}

interface ReceiverLimiterOptions {
  limits: ReceiverLimits;
  clock: Pick<Clock, "monotonicMilliseconds">;
  /** From 0 to 1, for jitter. */
  random: () => number;
}

interface WantedTry {
  /** With port, as in the URL. */
  host: string;
  namespace: string;
  isPicture: boolean;
}

/** A try that may begin; to be disposed of when it has ended. */
export interface TryPermit extends Disposable {
  /** What the try showed of the receiver; not called when it was not reached out to. */
  report(result: TryResult): void;
}

type TryAdmission =
  | { kind: "Admitted"; permit: TryPermit }
  /** The receiver or its namespace is at its limit. */
  | { kind: "Wait"; milliseconds: number };

/** Above this, what is known of receivers without an open try is forgotten, the oldest first. */
const maxLanes = 20_000;

/**
 * Limits the tries that are open per host and per namespace, so that none can use up the total, and spaces those to a host that fails.
 * The others are told how long to wait, by the state of their receiver: thousands of deliveries to a dead host cost a few redeliveries
 * a second.
 */
export class ReceiverLimiter {
  readonly #options: ReceiverLimiterOptions;
  readonly #lanes = new Map<string, ReceiverLane>();

  constructor(options: ReceiverLimiterOptions) {
    this.#options = options;
  }

  admit({ host, namespace, isPicture }: WantedTry): TryAdmission {
    const { limits } = this.#options;
    const now = this.#now();
    const receiver = this.#lane(`host ${host}`, limits.perHost);
    const tenants = [this.#lane(`namespace ${namespace}`, limits.perNamespace)];
    if (isPicture)
      tenants.push(this.#lane(`pictures of ${namespace}`, limits.picturesPerNamespace));
    const full = [receiver, ...tenants].filter((lane) => !lane.hasRoom(now));
    if (full.length === 0)
      return { kind: "Admitted", permit: this.#begin({ receiver, tenants }, now) };
    const wait = Math.max(...full.map((lane) => lane.takeTurn(now)));
    return { kind: "Wait", milliseconds: wait * (0.8 + 0.4 * this.#options.random()) };
  }

  #begin(lanes: { receiver: ReceiverLane; tenants: ReceiverLane[] }, began: number): TryPermit {
    const { receiver, tenants } = lanes;
    let result: TryResult | undefined;
    for (const lane of [receiver, ...tenants]) lane.begin(began);
    return {
      report: (shown) => (result = shown),
      [Symbol.dispose]: () => {
        const now = this.#now();
        receiver.end(result, { now, began });
        // A namespace has many receivers, so failures of one do not space the tries to the others.
        const shown = result === undefined ? undefined : "Answered";
        for (const tenant of tenants) tenant.end(shown, { now, began });
      },
    };
  }

  #lane(key: string, limit: number): ReceiverLane {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    if (this.#lanes.size >= maxLanes) this.#forgetSome();
    const lane = new ReceiverLane(limit);
    this.#lanes.set(key, lane);
    return lane;
  }

  #forgetSome(): void {
    const now = this.#now();
    for (const [key, lane] of this.#lanes) if (lane.isIdle(now)) this.#lanes.delete(key);
    for (const [key, lane] of this.#lanes) {
      if (this.#lanes.size < maxLanes) return;
      if (lane.isUnused) this.#lanes.delete(key);
    }
  }

  #now(): number {
    return this.#options.clock.monotonicMilliseconds();
  }
}
