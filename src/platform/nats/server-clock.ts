import { Failure } from "../../api/reasons/failure.ts";
import type { Clock } from "../process/clock.ts";
import { parseBody } from "./body.ts";
import type { Nats } from "./connection.ts";
import { toNatsFailure } from "./nats-failure.ts";
import { attempt } from "./repeatable-request.ts";

interface ServerClockOptions {
  nats: Nats;
  /** What may be asked about a durable consumer, whose answer says what time it is there; the first that is answered. */
  questions: readonly string[];
  clock: Clock;
}

interface Reading {
  /** Epoch milliseconds of the server minus monotonic ones of this process. */
  offsetMilliseconds: number;
  roundTripMilliseconds: number;
}

/** Of several answers the quickest is the most exact one. */
const readingsNeeded = 5;
const questionTimeoutMilliseconds = 2_000;

/** The time of day of the NATS server, kept by the monotonic clock of this process: a wrong or corrected time of day here does not move it. */
export class ServerClock {
  readonly #options: ServerClockOptions;
  /** Index of the question that was answered last. */
  #question = 0;
  #offsetMilliseconds: number | undefined;

  constructor(options: ServerClockOptions) {
    this.#options = options;
  }

  /** Asks the server. @throws Failure when it does not answer, or refuses */
  async synchronize(signal: AbortSignal): Promise<void> {
    const readings: Reading[] = [];
    readings.push(await this.#firstReading(signal));
    while (readings.length < readingsNeeded) readings.push(await this.#read(signal));
    readings.sort((left, right) => left.roundTripMilliseconds - right.roundTripMilliseconds);
    this.#offsetMilliseconds = readings[0]?.offsetMilliseconds;
  }

  /** Epoch milliseconds; undefined before the first answer. */
  now(): number | undefined {
    if (this.#offsetMilliseconds === undefined) return undefined;
    return this.#options.clock.monotonicMilliseconds() + this.#offsetMilliseconds;
  }

  /** Tries each question, beginning with the one that was answered last. */
  async #firstReading(signal: AbortSignal): Promise<Reading> {
    const { length } = this.#options.questions;
    for (let tried = 1; tried < length; tried++) {
      try {
        return await this.#read(signal);
      } catch {
        signal.throwIfAborted();
        this.#question = (this.#question + 1) % length;
      }
    }
    return await this.#read(signal);
  }

  async #read(signal: AbortSignal): Promise<Reading> {
    const { clock } = this.#options;
    const askedAt = clock.monotonicMilliseconds();
    const reply = await this.#ask(signal);
    const roundTripMilliseconds = clock.monotonicMilliseconds() - askedAt;
    const serverMilliseconds = Date.parse(timeIn(parseBody(reply)));
    if (Number.isNaN(serverMilliseconds))
      throw new Failure("InternalError", { message: "NATS did not say what time it is there" });
    return {
      offsetMilliseconds: serverMilliseconds - (askedAt + roundTripMilliseconds / 2),
      roundTripMilliseconds,
    };
  }

  async #ask(signal: AbortSignal): Promise<Uint8Array> {
    const { nats, questions } = this.#options;
    const subject = questions[this.#question] ?? "";
    try {
      const reply = await attempt(
        nats,
        (timeout) => nats.connection.request(subject, "", { timeout }),
        { limitMilliseconds: questionTimeoutMilliseconds, signal },
      );
      return reply.data;
    } catch (thrown) {
      throw toNatsFailure(thrown, "NATS did not answer what time it is there");
    }
  }
}

function timeIn(answer: unknown): string {
  const { ts } = (answer ?? {}) as { ts?: unknown };
  return typeof ts === "string" ? ts : "";
}
