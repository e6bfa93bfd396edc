import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import { createNats } from "../../../src/platform/nats/connection.ts";
import type { Log, NatsOptions } from "../../../src/platform/nats/nats-options.ts";
import type { Nats } from "../../../src/platform/nats/connection.ts";
import { startNATS } from "../../support/servers.ts";
import type { TestNATS, TestNATSOptions } from "../../support/servers.ts";

/** A log that keeps its lines, for tests that look at them. */
export interface KeptLog extends Log {
  readonly lines: { message: string; facts: Record<string, unknown> }[];
}

export function keepLog(): KeptLog {
  const lines: KeptLog["lines"] = [];
  const keep = (facts: object, message: string): void =>
    void lines.push({ message, facts: { ...facts } });
  return { lines, info: keep, warn: keep, error: keep };
}

/** A real nats-server that can crash, freeze and lose its disk. */
export class TestServer {
  readonly nats: TestNATS;

  private constructor(nats: TestNATS) {
    this.nats = nats;
  }

  static async start(options: TestNATSOptions = {}): Promise<TestServer> {
    return new TestServer(await startNATS(options));
  }

  get url(): string {
    return this.nats.url;
  }

  async run(): Promise<void> {
    await this.nats.process.start(new AbortController().signal);
  }

  async kill(): Promise<void> {
    await this.nats.process.kill();
  }

  /** The connection stays open, nothing is answered. */
  freeze(): void {
    this.#signal("SIGSTOP");
  }

  thaw(): void {
    this.#signal("SIGCONT");
  }

  async wipeStore(): Promise<void> {
    const store = join(dirname(this.nats.process.logFile), "jetstream");
    await rm(store, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.nats[Symbol.asyncDispose]();
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.nats.process;
    if (pid !== undefined) process.kill(pid, signal);
  }
}

export type Connected = Nats & AsyncDisposable;

/** Connects as the administrator unless told otherwise. */
export async function connectTo(
  server: TestServer,
  options: Partial<NatsOptions> = {},
): Promise<Connected> {
  const nats = createNats({
    url: server.url,
    user: server.nats.user,
    password: server.nats.password,
    name: "test",
    inboxPrefix: inboxPrefix(options.user ?? server.nats.user, "test"),
    log: keepLog(),
    firstConnectTimeoutSeconds: 60,
    ...options,
  });
  await nats.start(new AbortController().signal);
  return Object.assign(nats, { [Symbol.asyncDispose]: async () => await nats.stop() });
}

/** Connects as a role does, with exactly its permissions. */
export async function connectAs(server: TestServer, user: string, log: Log): Promise<Connected> {
  const credentials = server.nats.users[user];
  if (credentials === undefined) throw new Error(`no user ${user}`);
  return await connectTo(server, { ...credentials, log });
}
