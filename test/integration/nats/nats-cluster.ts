import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import { findBinary } from "../../../src/local/servers/find-binary.ts";
import { findFreePort } from "../../../src/local/servers/free-port.ts";
import { createNatsServer } from "../../../src/local/servers/nats-server.ts";
import type { NatsServer } from "../../../src/local/servers/nats-server.ts";
import { createNats } from "../../../src/platform/nats/connection.ts";
import { keepLog } from "./nats-fixture.ts";
import type { Connected } from "./nats-fixture.ts";

const never = new AbortController().signal;
const user = "admin";

/** Three real nats-servers on loopback that are one cluster. */
export class NATSCluster {
  readonly servers: readonly NatsServer[];
  readonly #directory: string;
  readonly #password: string;

  private constructor(servers: readonly NatsServer[], directory: string, password: string) {
    this.servers = servers;
    this.#directory = directory;
    this.#password = password;
  }

  static async start(): Promise<NATSCluster> {
    const directory = await mkdtemp(join(tmpdir(), "stills-test-nats-cluster-"));
    const password = randomBytes(16).toString("hex");
    const binary = await findBinary("nats-server", { report: (line) => console.error(line) });
    const memberPorts = [await findFreePort(), await findFreePort(), await findFreePort()];
    const servers: NatsServer[] = [];
    for (const [index, port] of memberPorts.entries()) {
      const serverName = `member-${index}`;
      servers.push(
        await createNatsServer({
          binary,
          directory: join(directory, serverName),
          users: [{ user, password }],
          cluster: { serverName, port, memberPorts },
        }),
      );
    }
    const cluster = new NATSCluster(servers, directory, password);
    try {
      // None is healthy before most of them have found each other.
      await Promise.all(servers.map((server) => server.process.start(never)));
      return cluster;
    } catch (thrown) {
      await cluster[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** To one of them; the client hears of the others by itself. */
  async connect(index: number): Promise<Connected> {
    const nats = createNats({
      ...{ user, password: this.#password, name: "test", log: keepLog() },
      url: this.servers[index]!.url,
      inboxPrefix: inboxPrefix(user, "test"),
      firstConnectTimeoutSeconds: 60,
    });
    await nats.start(never);
    return Object.assign(nats, { [Symbol.asyncDispose]: async () => await nats.stop() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server.process.stop()));
    await rm(this.#directory, { recursive: true, force: true });
  }
}
