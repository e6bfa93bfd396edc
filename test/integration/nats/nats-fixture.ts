import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectNATS } from "../../../src/platform/nats/connection.ts";
import type { Log, Nats, NatsOptions } from "../../../src/platform/nats/connection.ts";

const binary = join(homedir(), ".cache/plain-cluster/bin/nats-server");

/** A log that keeps its lines, for tests that look at them. */
export interface KeptLog extends Log {
  readonly lines: { message: string; facts: object }[];
}

export function keepLog(): KeptLog {
  const lines: { message: string; facts: object }[] = [];
  const keep = (facts: object, message: string): void => void lines.push({ message, facts });
  return { lines, info: keep, warn: keep, error: keep };
}

/** A real nats-server with JetStream on a free loopback port and a store of its own. */
export class TestServer {
  readonly #folder = mkdtempSync(join(tmpdir(), "stills-nats-"));
  readonly #authorization: string;
  readonly port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number, authorization: string) {
    this.port = port;
    this.#authorization = authorization;
  }

  static async start(authorization = ""): Promise<TestServer> {
    const server = new TestServer(await freePort(), authorization);
    await server.run();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async run(): Promise<void> {
    const config = join(this.#folder, "nats.conf");
    writeFileSync(
      config,
      `listen: "127.0.0.1:${this.port}"\njetstream: {store_dir: ${JSON.stringify(join(this.#folder, "store"))}}\n${this.#authorization}`,
    );
    const child = spawn(binary, ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const until = performance.now() + 60_000;
    while (!output.includes("Server is ready")) {
      if (child.exitCode !== null || performance.now() > until)
        throw new Error(`nats-server did not start:\n${output}`);
      await sleep(20);
    }
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** SIGSTOP: the connection stays open, nothing is answered. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  wipeStore(): void {
    rmSync(join(this.#folder, "store"), { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export type Connected = Nats & AsyncDisposable;

export async function connectTo(
  server: TestServer,
  options: Partial<NatsOptions> = {},
): Promise<Connected> {
  const nats = connectNATS({
    url: server.url,
    user: "",
    name: "test",
    inboxPrefix: "_INBOX_test.one",
    log: keepLog(),
    firstConnectTimeoutSeconds: 60,
    ...options,
  });
  await nats.start(new AbortController().signal);
  return Object.assign(nats, { [Symbol.asyncDispose]: async () => await nats.stop() });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
