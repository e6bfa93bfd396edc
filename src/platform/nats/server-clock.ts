import { Failure } from "../../api/reasons/failure.ts";
import type { Clock } from "../process/clock.ts";
import { parseBody } from "./body.ts";
import type { Nats } from "./connection.ts";
import { toNatsFailure } from "./nats-failure.ts";
import { attempt } from "./repeatable-request.ts";

interface ServerClockOptions {
  nats: Nats;
  /** A durable consumer that this connection may read: JetStream's answer says what time it is there. */
  stream: string;
  consumer: string;
  clock: Clock;
}

interface Reading {
  /** Epoch milliseconds of the server minus monotonic ones of this process. */
  offsetMilliseconds: number;
  roundTripMilliseconds: number;
}

/** Of several questions the quickest answer is the most exact one. */
const questions = 5;
const questionTimeoutMilliseconds = 2_000;

/** The time of day of the NATS server, kept by the monotonic clock of this process: a wrong or corrected time of day here does not move it. */
export class ServerClock {
  readonly #options: ServerClockOptions;
  #offsetMilliseconds: number | undefined;

  constructor(options: ServerClockOptions) {
    this.#options = options;
  }

  /** Asks the server. @throws Failure when it does not answer, or refuses */
  async synchronize(signal: AbortSignal): Promise<void> {
    const readings: Reading[] = [];
    while (readings.length < questions) readings.push(await this.#read(signal));
    readings.sort((left, right) => left.roundTripMilliseconds - right.roundTripMilliseconds);
    this.#offsetMilliseconds = readings[0]?.offsetMilliseconds;
  }

  /** Epoch milliseconds; undefined before the first answer. */
  now(): number | undefined {
    if (this.#offsetMilliseconds === undefined) return undefined;
    return this.#options.clock.monotonicMilliseconds() + this.#offsetMilliseconds;
  }

  async #read(signal: AbortSignal): Promise<Reading> {
    const { nats, stream, consumer, clock } = this.#options;
    const askedAt = clock.monotonicMilliseconds();
    const reply = await this.#ask(nats, `$JS.API.CONSUMER.INFO.${stream}.${consumer}`, signal);
    const roundTripMilliseconds = clock.monotonicMilliseconds() - askedAt;
    const serverMilliseconds = Date.parse(timeIn(parseBody(reply)));
    if (Number.isNaN(serverMilliseconds))
      throw new Failure("InternalError", { message: "NATS did not say what time it is there" });
    return {
      offsetMilliseconds: serverMilliseconds - (askedAt + roundTripMilliseconds / 2),
      roundTripMilliseconds,
    };
  }

  async #ask(nats: Nats, subject: string, signal: AbortSignal): Promise<Uint8Array> {
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
