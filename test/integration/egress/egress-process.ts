import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "../../support/eventually.ts";
import { tokenKey } from "./egress-fixture.ts";

const main = join(import.meta.dirname, "../../../src/main.ts");

/** `stills egress` as it runs in its pod. */
export class EgressProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly lines: Record<string, unknown>[] = [];
  readonly exited: Promise<number | null>;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.exited = once(child, "exit").then(([code]) => code as number | null);
    createInterface({ input: child.stdout! }).on("line", (text) => {
      this.lines.push(JSON.parse(text) as Record<string, unknown>);
    });
  }

  static async start(environment: Record<string, string>): Promise<EgressProcess> {
    const folder = await mkdtemp(join(tmpdir(), "stills-egress-"));
    const keyFile = join(folder, "proxy.key");
    await writeFile(keyFile, `${tokenKey}\n`);
    const child = spawn(process.execPath, [main, "egress"], {
      env: {
        PATH: process.env["PATH"],
        STILLS_PROXY_KEY_FILE: keyFile,
        STILLS_EGRESS_HOST: "127.0.0.1",
        STILLS_EGRESS_PORT: "0",
        STILLS_METRICS_HOST: "127.0.0.1",
        STILLS_METRICS_PORT: "0",
        ...environment,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    return new EgressProcess(child, folder);
  }

  /** The first line with this message, written already or still to come. */
  async line(message: string): Promise<Record<string, unknown>> {
    return await eventually(
      `the process writes "${message}"`,
      () => this.lines.find((line) => line["message"] === message),
      { giveUp: () => (this.#child.exitCode === null ? undefined : "it has ended") },
    );
  }

  /** Once it serves. */
  async port(): Promise<number> {
    return ((await this.line("Serving as forward proxy")) as { port: number }).port;
  }

  async metric(name: string): Promise<number> {
    const { url } = await this.line("Serving probes and metrics");
    const text = await (await fetch(`${String(url)}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
  }

  signal(signal: "SIGTERM" | "SIGKILL"): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exited;
    await rm(this.#folder, { recursive: true });
  }
}
