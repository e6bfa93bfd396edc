import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { jobPriorities, type JobPriority } from "../../api/kinds/job-priority.ts";
import { Backlog, type WaitingJob } from "./backlog.ts";
import { classesWithCredit } from "./credit-policy.ts";

let created = 0;

function job(priority: JobPriority, namespace = "shop"): WaitingJob {
  created += 1;
  return {
    uid: `${priority}-${namespace}-${created}`,
    namespace,
    priority,
    createdMilliseconds: created,
  };
}

/** The first letters of the classes that get so many turns. */
function turnsOf(backlog: Backlog, count: number, classes: readonly JobPriority[] = jobPriorities) {
  return Array.from({ length: count }, () => backlog.dequeue(classes)?.uid[0] ?? "-").join("");
}

function fill(backlog: Backlog, priority: JobPriority, count: number, namespaces = 1): void {
  for (let index = 0; index < count; index += 1)
    backlog.add(job(priority, `n${index % namespaces}`), "Back");
}

test("a synchronous job precedes five thousand of a hundred namespaces", () => {
  const backlog = new Backlog();
  fill(backlog, "Batch", 5_000, 100);
  turnsOf(backlog, 10);
  backlog.add(job("Synchronous"), "Back");
  assert.equal(turnsOf(backlog, 2), "SB");
});

test("while every class has jobs, of thirteen turns eight, four and one are theirs", () => {
  const backlog = new Backlog();
  for (const priority of jobPriorities) fill(backlog, priority, 100);
  for (let round = 0; round < 5; round += 1) {
    const turns = turnsOf(backlog, 13);
    const counts = ["S", "I", "B"].map((letter) => turns.split(letter).length - 1);
    assert.deepEqual(counts, [8, 4, 1], turns);
  }
});

test("a class without jobs leaves its turns to the others, and has earned nothing when it gets some", () => {
  const backlog = new Backlog();
  fill(backlog, "Batch", 100);
  assert.equal(turnsOf(backlog, 20), "B".repeat(20));
  fill(backlog, "Synchronous", 100);
  assert.equal(turnsOf(backlog, 18).split("B").length - 1, 2);
  fill(backlog, "Interactive", 100);
  const turns = turnsOf(backlog, 13);
  assert.ok(turns.split("I").length - 1 <= 5, turns);
});

test("a class that may not be published now waits, and is told apart from an empty one", () => {
  const backlog = new Backlog();
  fill(backlog, "Batch", 2);
  assert.equal(turnsOf(backlog, 1, ["Synchronous"]), "-");
  assert.equal(backlog.size, 2);
  assert.equal(turnsOf(backlog, 3), "BB-");
});

test("a job that comes back is the next of its class and namespace, and of no other", () => {
  const backlog = new Backlog();
  fill(backlog, "Interactive", 3);
  fill(backlog, "Batch", 3);
  const back = job("Batch", "n0");
  backlog.add(back, "Front");
  assert.equal(turnsOf(backlog, 1), "I");
  assert.equal(backlog.dequeue(["Batch"])?.uid, back.uid);
});

test("a removed job is not dequeued, whatever its class", () => {
  const backlog = new Backlog();
  const removed = jobPriorities.map((priority) => job(priority));
  for (const one of removed) backlog.add(one, "Back");
  for (const { uid } of removed) backlog.remove(uid);
  assert.equal(backlog.size, 0);
  assert.equal(backlog.dequeue(jobPriorities), undefined);
});

test("the age of the oldest is that of all classes or of some", () => {
  const backlog = new Backlog();
  assert.equal(backlog.oldestMilliseconds(), undefined);
  const first = job("Batch");
  const second = job("Synchronous");
  backlog.add(second, "Back");
  backlog.add(first, "Back");
  assert.equal(backlog.oldestMilliseconds(), first.createdMilliseconds);
  assert.equal(backlog.oldestMilliseconds(["Synchronous"]), second.createdMilliseconds);
  assert.equal(backlog.oldestMilliseconds(["Interactive"]), undefined);
});

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A pool with a window, as the dispatcher fills it: whatever comes and goes, a class with jobs gets one of so many turns of which it could
 * have had each, and no slot is idle while a job waits. Turns are counted, not time; captures end in any order.
 */
suite("whatever comes, no class starves", () => {
  for (const slots of [1, 2, 4, 9])
    test(`with ${slots} slots`, () => {
      for (let seed = 1; seed <= 20; seed += 1) new Simulation(slots, seed).run(1_000);
    });
});

/** Twice the round in which the last class has one turn. */
const mostTurnsWithout = 2 * 13;

class Simulation {
  readonly #name: string;
  readonly #slots: number;
  readonly #random: () => number;
  readonly #backlog = new Backlog();
  readonly #waiting = new Map<string, JobPriority>();
  readonly #waitingOf = { Synchronous: 0, Interactive: 0, Batch: 0 };
  readonly #turnsWithout = { Synchronous: 0, Interactive: 0, Batch: 0 };
  readonly #running: JobPriority[] = [];

  constructor(slots: number, seed: number) {
    this.#slots = slots;
    this.#name = `seed ${seed}`;
    this.#random = randomFrom(seed);
  }

  run(steps: number): void {
    const pressure = { Synchronous: 0, Interactive: 0, Batch: 0 };
    for (const priority of jobPriorities) pressure[priority] = this.#random() ** 2;
    for (let step = 0; step < steps; step += 1) {
      for (const priority of jobPriorities)
        if (this.#random() < pressure[priority]) this.#add(priority);
      this.#endSome();
      this.#pump();
    }
    while (this.#waiting.size > 0) {
      this.#running.shift();
      this.#pump();
    }
    assert.equal(this.#backlog.size, 0);
  }

  #add(priority: JobPriority): void {
    const added = job(priority, `n${Math.floor(this.#random() * 4)}`);
    this.#backlog.add(added, this.#random() < 0.1 ? "Front" : "Back");
    this.#waiting.set(added.uid, priority);
    this.#waitingOf[priority] += 1;
  }

  #endSome(): void {
    if (this.#random() < 0.7)
      this.#running.splice(Math.floor(this.#random() * this.#running.length), 1);
  }

  #credit(): readonly JobPriority[] {
    const synchronous = this.#running.filter((priority) => priority === "Synchronous").length;
    return classesWithCredit(this.#slots, { all: this.#running.length, synchronous });
  }

  #pump(): void {
    for (;;) {
      const candidates = this.#credit().filter((priority) => this.#waitingOf[priority] > 0);
      const next = this.#backlog.dequeue(this.#credit());
      assert.equal(next === undefined, candidates.length === 0, this.#name);
      if (next === undefined) break;
      const turn = this.#waiting.get(next.uid);
      assert.ok(turn !== undefined && this.#waiting.delete(next.uid), `${this.#name}: twice`);
      this.#waitingOf[turn] -= 1;
      this.#running.push(turn);
      for (const priority of candidates) {
        this.#turnsWithout[priority] = priority === turn ? 0 : this.#turnsWithout[priority] + 1;
        const text = `${this.#name}: ${priority} had no turn of ${this.#turnsWithout[priority]}`;
        assert.ok(this.#turnsWithout[priority] <= mostTurnsWithout, text);
      }
      for (const priority of jobPriorities)
        if (this.#waitingOf[priority] === 0) this.#turnsWithout[priority] = 0;
    }
    const isIdle = this.#running.length < this.#slots;
    assert.ok(!isIdle || this.#waiting.size === 0, `${this.#name}: a slot is idle`);
  }
}
