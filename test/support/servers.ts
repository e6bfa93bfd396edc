import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { natsAccountOf } from "../../src/api/rights/nats-accounts.ts";
import {
  natsCalloutPermissions,
  natsPermissions,
  natsUser,
} from "../../src/api/rights/nats-permissions.ts";
import type { NatsRole } from "../../src/api/rights/nats-permissions.ts";
import { findBinary } from "../../src/local/servers/find-binary.ts";
import { ControlPlane } from "../../src/local/servers/control-plane.ts";
import { createNatsServer } from "../../src/local/servers/nats-server.ts";
import { ObjectStoreServer } from "../../src/local/servers/object-store-server.ts";
import { generateCalloutKey, readCalloutKey } from "../../src/platform/nats/callout-key.ts";
import type { CalloutKey } from "../../src/platform/nats/callout-key.ts";
import type { ServerProcess } from "../../src/local/servers/server-process.ts";
import { SmallDisk } from "./small-disk.ts";

/**
 * The real servers, each in a temporary folder and on free ports of loopback, gone when the test's scope ends:
 *
 *     await using nats = await startNATS();
 *
 * `process.kill()` is a crash; `process.start(signal)` starts the same server again, with its port and its data.
 */
const signal = new AbortController().signal;
const report = (line: string): void => console.error(line);

export interface TestKubeAPI extends AsyncDisposable {
  readonly url: string;
  /** Of the administrator. */
  readonly kubeconfig: string;
  readonly api: ControlPlane;
  /** The API server alone; etcd is `api.etcd`. */
  readonly process: ServerProcess;
  /** The path of a kubectl of the same version. */
  readonly kubectl: string;
}

export async function startKubeAPI(): Promise<TestKubeAPI> {
  const directory = await temporaryFolder("kube");
  const api = await ControlPlane.create({
    etcdBinary: await findBinary("etcd", { report }),
    kubeAPIServerBinary: await findBinary("kube-apiserver", { report }),
    directory,
    fsync: false,
  });
  const kubectl = await findBinary("kubectl", { report });
  await startOrRemove(directory, () => api.start(signal));
  return {
    url: api.url,
    kubeconfig: api.adminKubeconfig,
    api,
    process: api.server,
    kubectl,
    [Symbol.asyncDispose]: () => endWith(directory, () => api.stop()),
  };
}

export interface TestNATS extends AsyncDisposable {
  readonly url: string;
  /** The administrator. */
  readonly user: string;
  readonly password: string;
  /**
   * Users with exactly the permissions of a role: `controller`, `gateway` and `worker-<pool>`. And `observer-WORKERS` and
   * `observer-GATEWAYS`, who may do everything in these accounts.
   */
  readonly users: Readonly<Record<string, { user: string; password: string }>>;
  /** What the server believes about who is no user; undefined unless it asks. */
  readonly calloutKey: CalloutKey | undefined;
  readonly process: ServerProcess;
  /** With `diskMebibytes` only. */
  readonly disk: SmallDisk | undefined;
}

export interface TestNATSOptions {
  /** Pools whose workers get a user, `worker-<pool>`; default only "default". */
  pools?: readonly string[];
  /** All users in one account, as on a server that is not ours; default false. */
  isOneAccount?: boolean;
  /** Whether workers are no users, and the server asks a controller who they are; default false. */
  asksForWorkers?: boolean;
  /** The streams lie on a disk of this size that a test can fill up; default: in the temporary folder. */
  diskMebibytes?: number | undefined;
}

export async function startNATS(options: TestNATSOptions = {}): Promise<TestNATS> {
  const directory = await temporaryFolder("nats");
  const callout = options.asksForWorkers === true ? generateCalloutKey() : undefined;
  const pools = callout === undefined ? (options.pools ?? ["default"]) : [];
  const roleUser = (role: NatsRole, pool?: string) => ({
    user: natsUser(role, pool),
    password: randomBytes(16).toString("hex"),
    account: options.isOneAccount === true ? ("MAIN" as const) : natsAccountOf(role),
    permissions: permissionsOf(role, pool, callout !== undefined),
  });
  const roleUsers = [
    roleUser("controller"),
    roleUser("gateway"),
    ...pools.map((pool) => roleUser("worker", pool)),
  ];
  const observers = (["WORKERS", "GATEWAYS"] as const).map((account) => ({
    user: `observer-${account}`,
    password: randomBytes(16).toString("hex"),
    account,
  }));
  const admin = { user: "admin", password: randomBytes(16).toString("hex") };
  const program = await findBinary("nats-server", { report });
  const disk = await natsDisk(directory, options.diskMebibytes);
  const nats = await createNatsServer({
    binary: disk === undefined ? program : await disk.wrap(program, join(directory, "nats-server")),
    directory,
    users: [admin, ...roleUsers, ...observers],
    ...(callout !== undefined && { calloutIssuer: callout.issuer }),
  });
  await startOrRemove(directory, () => nats.process.start(signal));
  return {
    url: nats.url,
    ...admin,
    users: Object.fromEntries(
      [...roleUsers, ...observers].map(({ user, password }) => [user, { user, password }] as const),
    ),
    calloutKey: callout && readCalloutKey(callout.privateKeyPEM),
    process: nats.process,
    disk,
    async [Symbol.asyncDispose]() {
      await endWith(directory, () => nats.process.stop());
      await disk?.[Symbol.asyncDispose]();
    },
  };
}

function permissionsOf(
  role: NatsRole,
  pool: string | undefined,
  asksForWorkers: boolean,
): ReturnType<typeof natsPermissions> {
  const own = natsPermissions(role, pool === undefined ? {} : { pool });
  if (role !== "controller" || !asksForWorkers) return own;
  const { publish, subscribe } = natsCalloutPermissions;
  return {
    ...own,
    publish: [...own.publish, ...publish],
    subscribe: [...own.subscribe, ...subscribe],
  };
}

async function natsDisk(directory: string, mebibytes?: number): Promise<SmallDisk | undefined> {
  if (mebibytes === undefined) return undefined;
  const folder = join(directory, "jetstream");
  await mkdir(folder);
  return await SmallDisk.mount(folder, { mebibytes });
}

export interface TestObjects extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyID: string;
  readonly secretAccessKey: string;
  /** May read all objects and change none. */
  readonly reader: { accessKeyID: string; secretAccessKey: string };
  readonly process: ServerProcess;
}

/** An S3 server with a bucket in it. */
export async function startObjects(): Promise<TestObjects> {
  const directory = await temporaryFolder("objects");
  const settings = {
    bucket: "stills",
    accessKeyID: "stills-test",
    secretAccessKey: randomBytes(20).toString("hex"),
    reader: { accessKeyID: "reader-test", secretAccessKey: randomBytes(20).toString("hex") },
  };
  const objects = await ObjectStoreServer.create({
    binary: await findBinary("versitygw", { report }),
    directory,
    ...settings,
  });
  await startOrRemove(directory, () => objects.start(signal));
  return {
    endpoint: objects.endpoint,
    region: objects.region,
    ...settings,
    process: objects.process,
    [Symbol.asyncDispose]: () => endWith(directory, () => objects.process.stop()),
  };
}

async function temporaryFolder(what: string): Promise<string> {
  return await mkdtemp(join(tmpdir(), `stills-test-${what}-`));
}

async function startOrRemove(directory: string, start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (thrown) {
    await rm(directory, { recursive: true, force: true });
    throw thrown;
  }
}

async function endWith(directory: string, stop: () => Promise<void>): Promise<void> {
  try {
    await stop();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
