import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { LocalStills } from "./local-stills.ts";

export interface EndedJob {
  name: string;
  reason: string;
  location: string;
  sizeBytes: number;
  /** `sha256:…` of the picture. */
  digest: string;
  attempts: number;
}

// Not separated by tabs: kubectl aligns those with blanks.
const columns = [
  "{.object.metadata.name}",
  '{.object.status.conditions[?(@.type=="Succeeded")].status}',
  '{.object.status.conditions[?(@.type=="Succeeded")].reason}',
  '{.object.status.conditions[?(@.type=="Succeeded")].lastTransitionTime}',
  "{.object.status.artifact.key}",
  "{.object.status.location}",
  "{.object.status.artifact.sizeBytes}",
  "{.object.status.artifact.digest}",
  "{.object.status.attempts}",
].join('{"|"}');

/**
 * Watches all jobs whose name has a prefix with `kubectl get --watch`, so it shares no code with the controller. It records every
 * outcome, so a job that ends twice is detected, and what a job says after its end that is no outcome.
 */
export class JobWatch {
  readonly #prefix: string;
  readonly #outcomes = new Map<string, Set<string>>();
  readonly #ended = new Map<string, EndedJob>();
  readonly #reopened = new Set<string>();
  readonly #stills: LocalStills;
  #child: ChildProcess | undefined;
  #stopped = false;

  private constructor(stills: LocalStills, prefix: string) {
    this.#stills = stills;
    this.#prefix = `${prefix}-`;
  }

  static async start(stills: LocalStills, prefix: string): Promise<JobWatch> {
    const watch = new JobWatch(stills, prefix);
    await watch.#open();
    return watch;
  }

  get finished(): number {
    return this.#ended.size;
  }

  get jobs(): EndedJob[] {
    return [...this.#ended.values()];
  }

  get failures(): EndedJob[] {
    return this.jobs.filter((job) => job.reason !== "Captured");
  }

  get endedTwice(): string[] {
    return [...this.#outcomes].filter(([, seen]) => seen.size > 1).map(([name]) => name);
  }

  /** Jobs that had ended and were seen unfinished, or gone, afterwards. */
  get reopened(): string[] {
    return [...this.#reopened];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#child?.kill("SIGKILL");
  }

  async #open(): Promise<void> {
    const child = await this.#stills.spawnKubectl(
      ...["get", "screenshotjobs", "-n", "screenshots", "--watch", "--output-watch-events"],
      ...["-o", `jsonpath=${columns}{"\\n"}`],
    );
    this.#child = child;
    // The server ends watches from time to time. Each new watch starts with the present state, so nothing is missed.
    child.once("exit", () => {
      if (!this.#stopped) void this.#open();
    });
    if (child.stdout)
      createInterface({ input: child.stdout }).on("line", (line) => this.#see(line));
  }

  #see(line: string): void {
    const [name, status, reason, time, key, location, size, digest, attempts] = line.split("|");
    if (!name?.startsWith(this.#prefix) || status === undefined) return;
    if (status !== "True" && status !== "False") {
      if (this.#ended.has(name)) this.#reopened.add(name);
      return;
    }
    const seen = this.#outcomes.get(name) ?? new Set();
    this.#outcomes.set(name, seen.add([status, reason, time, key, digest, attempts].join(" ")));
    this.#ended.set(name, {
      name,
      reason: reason ?? "",
      location: location ?? "",
      sizeBytes: Number(size),
      digest: digest ?? "",
      attempts: Number(attempts),
    });
  }
}
