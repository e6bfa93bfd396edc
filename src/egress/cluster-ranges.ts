import { readFile } from "node:fs/promises";
import type { Address } from "../core/targets/address.ts";
import { isNamedBy, parseTargetEntry } from "../core/targets/address-policy.ts";
import type { TargetEntry } from "../core/targets/address-policy.ts";
import { embeddedInIPv6 } from "../core/targets/public-address.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";
import { PeriodicTask } from "../platform/process/periodic-task.ts";

interface ClusterRangesDependencies {
  /** Undefined: there is no cluster. */
  path: string | undefined;
  clock: Clock;
  log: Logger;
}

const pauseMilliseconds = 5_000;

/**
 * The public addresses that the cluster itself has, as a controller tells them in a file that is read again and again. What was heard holds
 * until something else is: a file that is gone or not understood takes nothing away.
 */
export class ClusterRanges implements Runnable {
  readonly name = "cluster ranges";
  readonly #path: string | undefined;
  readonly #log: Logger;
  readonly #task: PeriodicTask;
  readonly #listeners = new Set<() => void>();
  #entries: readonly TargetEntry[] = [];
  #text: string | undefined;
  #problem: string | undefined;

  constructor({ path, clock, log }: ClusterRangesDependencies) {
    this.#path = path;
    this.#log = log;
    this.#task = new PeriodicTask({
      ...{ name: this.name, pauseMilliseconds, clock, log },
      work: () => this.#read(),
    });
  }

  /** What is in the file counts before the first connection. */
  async start(): Promise<void> {
    await this.#read();
    if (this.#path !== undefined) await this.#task.start();
  }

  async stop(): Promise<void> {
    await this.#task.stop();
  }

  /** Whether an address is the cluster's own, or leads to one of its own. */
  has(address: Address): boolean {
    const embedded = embeddedInIPv6(address);
    return [address, ...(embedded === undefined ? [] : [embedded])].some((one) =>
      isNamedBy(this.#entries, one, 0),
    );
  }

  /** Whether a controller has told them; true where there is nothing to tell. */
  get isHeard(): boolean {
    return this.#path === undefined || this.#text !== undefined;
  }

  /** Calls after each reading. */
  onRead(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async #read(): Promise<void> {
    if (this.#path !== undefined) await this.#readFile(this.#path);
    for (const listener of this.#listeners) listener();
  }

  async #readFile(path: string): Promise<void> {
    const text = await readFile(path, "utf8").catch(() => undefined);
    // The key of the ConfigMap is missing until a controller has written it.
    if (text === undefined || text === this.#text) return;
    const lines = text.split("\n").filter((line) => line !== "");
    const entries = lines.map(parseTargetEntry).filter((entry) => entry !== undefined);
    if (entries.length < lines.length) return this.#complain("a line is no range of addresses");
    this.#entries = entries;
    this.#text = text;
    this.#problem = undefined;
    this.#log.info({ ranges: entries.length }, "Heard the cluster's addresses");
  }

  #complain(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#log.error({ path: this.#path, problem }, "The cluster's addresses were not understood");
  }
}
