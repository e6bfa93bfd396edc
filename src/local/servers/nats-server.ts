import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  natsAccounts,
  natsCalloutAccount,
  natsCalloutSeconds,
  natsSystemAccount,
} from "../../api/rights/nats-accounts.ts";
import type { NatsAccount } from "../../api/rights/nats-accounts.ts";
import { findFreePort } from "./free-port.ts";
import { writePrivate } from "./private-file.ts";
import { ServerProcess } from "./server-process.ts";

export interface NatsServerUser {
  user: string;
  password: string;
  /** Default: the one with the streams. */
  account?: NatsAccount;
  /** Default: all permissions. */
  permissions?: { publish: string[]; subscribe: string[]; mayRespond: boolean };
}

interface NatsServerOptions {
  binary: string;
  /** Configuration, streams and log go here; private to the user. */
  directory: string;
  users: readonly NatsServerUser[];
  /** Default: any free one. */
  port?: number;
  /** Files of the certificate that the server shows; default: no TLS. */
  tls?: { certificateFile: string; keyFile: string };
  /** Default: a server without a cluster. */
  cluster?: NatsClusterMember;
  /** Whose answers the server believes about who is no user of it; default: nobody else comes in. */
  calloutIssuer?: string;
}

interface NatsClusterMember {
  /** Unique in the cluster. */
  serverName: string;
  port: number;
  /** Ports of all members on loopback, for their routes. */
  memberPorts: readonly number[];
}

export interface NatsServer {
  readonly process: ServerProcess;
  readonly url: string;
}

/** A nats-server with JetStream on loopback, not started yet. */
export async function createNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { directory, cluster } = options;
  const port = options.port ?? (await findFreePort());
  const monitorPort = await findFreePort();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const streamsFolder = join(directory, "jetstream");
  // Streams of an earlier version, which had no accounts: the server would not load them.
  await rm(join(streamsFolder, "jetstream", "$G"), { recursive: true, force: true });
  const configuration = {
    server_name: cluster?.serverName ?? "stills-local",
    host: "127.0.0.1",
    port,
    ...(options.tls && {
      tls: { cert_file: options.tls.certificateFile, key_file: options.tls.keyFile },
    }),
    http: `127.0.0.1:${monitorPort}`,
    jetstream: { store_dir: streamsFolder, max_memory_store: 64 * 1024 * 1024 },
    ...(cluster && { cluster: clusterConfiguration(cluster) }),
    accounts: accountsConfiguration(options.users),
    system_account: natsSystemAccount,
    ...(options.calloutIssuer !== undefined && {
      authorization: calloutConfiguration(options.calloutIssuer, options.users),
    }),
  };
  // nats-server's own format is a superset of JSON.
  const configurationFile = join(directory, "nats.conf");
  await writePrivate(configurationFile, `${JSON.stringify(configuration, undefined, 2)}\n`);
  const process = new ServerProcess({
    name: "nats-server",
    command: options.binary,
    arguments: ["--config", configurationFile],
    logFile: join(directory, "nats-server.log"),
    isReady: async (signal) => {
      const response = await fetch(`http://127.0.0.1:${monitorPort}/healthz`, { signal });
      await response.arrayBuffer();
      return response.ok;
    },
  });
  const scheme = options.tls === undefined ? "nats" : "tls";
  return { process, url: `${scheme}://127.0.0.1:${port}` };
}

function clusterConfiguration({ port, memberPorts }: NatsClusterMember): Record<string, unknown> {
  return {
    name: "stills-local",
    listen: `127.0.0.1:${port}`,
    routes: memberPorts.map((member) => `nats://127.0.0.1:${member}`),
  };
}

/** Users that are not named there would be asked about, too, with their password in the question. */
function calloutConfiguration(
  issuer: string,
  users: readonly NatsServerUser[],
): Record<string, unknown> {
  const names = users.map(({ user }) => user);
  return {
    timeout: natsCalloutSeconds,
    auth_callout: { issuer, account: natsCalloutAccount, auth_users: names },
  };
}

function accountsConfiguration(users: readonly NatsServerUser[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(natsAccounts).map(([name, account]) => {
      const own = users.filter(({ account: of = "MAIN" }) => of === name);
      return [name, { ...account, users: own.map(userConfiguration) }];
    }),
  );
}

function userConfiguration({
  user,
  password,
  permissions,
}: NatsServerUser): Record<string, unknown> {
  if (permissions === undefined) return { user, password };
  const { publish, subscribe, mayRespond } = permissions;
  return {
    user,
    password,
    permissions: { publish, subscribe, ...(mayRespond && { allow_responses: true }) },
  };
}
