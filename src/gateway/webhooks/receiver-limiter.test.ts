import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayHeap } from "../../platform/kube/delay-heap.ts";
import { ReceiverLimiter } from "./receiver-limiter.ts";
import type { TryPermit } from "./receiver-limiter.ts";

const minute = 60_000;

function limiterAt(
  clock: { now: number },
  limits: Partial<ConstructorParameters<typeof ReceiverLimiter>[0]["limits"]> = {},
) {
  return new ReceiverLimiter({
    limits: { perHost: 8, perNamespace: 32, picturesPerNamespace: 8, ...limits },
    clock: { monotonicMilliseconds: () => clock.now },
    random: () => 0.5,
  });
}

function admit(limiter: ReceiverLimiter, host: string, namespace: string, isPicture = false) {
  return limiter.admit({ host, namespace, isPicture });
}

function permitOf(admission: ReturnType<ReceiverLimiter["admit"]>): TryPermit {
  assert.ok(admission.kind === "Admitted");
  return admission.permit;
}

test("a host is limited over all namespaces, a namespace over all hosts, and a refused try counts for neither", () => {
  const limiter = limiterAt({ now: 0 }, { perHost: 2, perNamespace: 3 });
  const permit = permitOf(admit(limiter, "dead.example", "a"));
  permitOf(admit(limiter, "dead.example", "b"));
  assert.equal(admit(limiter, "dead.example", "c").kind, "Wait");
  for (const host of ["one", "two", "three"]) permitOf(admit(limiter, host, "c"));
  assert.equal(admit(limiter, "four", "c").kind, "Wait");
  permitOf(admit(limiter, "four", "a"));
  permit[Symbol.dispose]();
  permitOf(admit(limiter, "dead.example", "b"));
});

test("pictures of a namespace are limited apart, over all hosts", () => {
  const limiter = limiterAt({ now: 0 }, { picturesPerNamespace: 2 });
  const permit = permitOf(admit(limiter, "one", "a", true));
  permitOf(admit(limiter, "two", "a", true));
  assert.equal(admit(limiter, "three", "a", true).kind, "Wait");
  permitOf(admit(limiter, "three", "a"));
  permitOf(admit(limiter, "three", "b", true));
  permit[Symbol.dispose]();
  permitOf(admit(limiter, "three", "a", true));
});

test("deliveries wait the longer the more of them wait, and the slower their receiver is", () => {
  const clock = { now: 0 };
  const limiter = limiterAt(clock, { perHost: 2, perNamespace: 100 });
  const waits = (count: number): number[] =>
    Array.from({ length: count }, () => {
      const admission = admit(limiter, "slow.example", "a");
      return admission.kind === "Wait" ? admission.milliseconds : Number.NaN;
    });
  const permits = [1, 2].map(() => permitOf(admit(limiter, "slow.example", "a")));
  const atFirst = waits(20).at(-1) ?? 0;
  clock.now = 10_000;
  for (const permit of permits) {
    permit.report("Failed");
    permit[Symbol.dispose]();
  }
  permitOf(admit(limiter, "slow.example", "a"));
  const later = waits(1_000);
  assert.ok(atFirst > 250 && (later[19] ?? 0) > 5 * atFirst, `${atFirst}, ${later[19]}`);
  assert.deepEqual(
    later,
    later.toSorted((a, b) => a - b),
  );
  assert.ok(Math.max(...later) <= 5 * minute);
});

test("tries to a host that only fails are spaced, and one answer ends that", () => {
  const clock = { now: 0 };
  const limiter = limiterAt(clock);
  const fail = (): void => {
    const permit = permitOf(admit(limiter, "refusing.example", "a"));
    permit.report("Failed");
    permit[Symbol.dispose]();
  };
  for (let round = 0; round < 10; round += 1) {
    fail();
    clock.now += 1_250;
  }
  permitOf(admit(limiter, "refusing.example", "a")).report("Answered");
  assert.equal(admit(limiter, "refusing.example", "a").kind, "Wait", "one try at a time");
  clock.now += 1_250;
  const permit = permitOf(admit(limiter, "refusing.example", "a"));
  permit.report("Answered");
  permit[Symbol.dispose]();
  for (let round = 0; round < 6; round += 1) permitOf(admit(limiter, "refusing.example", "a"));
});

interface SimulatedTry {
  milliseconds: number;
  result: "Answered" | "Failed";
}

/** 20,000 deliveries to one host, as the stream redelivers them. */
class Simulation {
  turnedAway = 0;
  tries = 0;
  left = 20_000;
  readonly #clock = { now: 0 };
  readonly #limiter = limiterAt(this.#clock);
  readonly #events = new DelayHeap();
  readonly #running = new Map<string, { permit: TryPermit; result: SimulatedTry["result"] }>();
  readonly #tryAt: (now: number) => SimulatedTry;

  constructor(tryAt: (now: number) => SimulatedTry) {
    this.#tryAt = tryAt;
    for (let at = 0; at < this.left; at += 1) this.#events.add(`${at}`, at / 4);
  }

  run(untilMilliseconds: number): this {
    for (;;) {
      this.#clock.now = this.#events.nextMilliseconds() ?? Number.POSITIVE_INFINITY;
      if (this.#clock.now > untilMilliseconds) return this;
      for (const key of this.#events.popDue(this.#clock.now))
        if (!this.#end(key)) this.#deliver(key);
    }
  }

  #deliver(key: string): void {
    const { now } = this.#clock;
    const admission = admit(this.#limiter, "host.example", "a");
    if (admission.kind === "Wait") {
      this.turnedAway += 1;
      return this.#events.add(key, now + admission.milliseconds);
    }
    this.tries += 1;
    const { milliseconds, result } = this.#tryAt(now);
    this.#running.set(key, { permit: admission.permit, result });
    this.#events.add(key, now + milliseconds);
  }

  #end(key: string): boolean {
    const running = this.#running.get(key);
    if (running === undefined) return false;
    this.#running.delete(key);
    running.permit.report(running.result);
    running.permit[Symbol.dispose]();
    if (running.result === "Answered") this.left -= 1;
    else this.#events.add(key, this.#clock.now + 10 * minute);
    return true;
  }
}

test("20,000 deliveries to a dead host are less than a hundred redeliveries a second, and it is still tried", () => {
  for (const milliseconds of [10_000, 1]) {
    const simulation = new Simulation(() => ({ milliseconds, result: "Failed" }));
    const { turnedAway, tries } = simulation.run(60 * minute);
    assert.ok(turnedAway < 100 * 3_600, `${turnedAway} turned away`);
    // Eight at a time, ten seconds each, or one every 1.25 seconds.
    assert.ok(tries > 0.9 * 0.8 * 3_600 && tries < 1.1 * 0.8 * 3_600 + 20, `${tries} tries`);
  }
});

test("a host that is back gets all that waited for it within minutes", () => {
  const simulation = new Simulation((now) =>
    now < 9 * minute
      ? { milliseconds: 10_000, result: "Failed" }
      : { milliseconds: 20, result: "Answered" },
  );
  assert.equal(simulation.run(20 * minute).left, 0);
});
