import { readFile } from "node:fs/promises";
import { natsAccountOf } from "../api/rights/nats-accounts.ts";
import { natsPermissions, natsUser } from "../api/rights/nats-permissions.ts";
import type { NatsRole } from "../api/rights/nats-permissions.ts";
import type { DataDirectory } from "./data-directory.ts";
import { findBinary } from "./servers/find-binary.ts";
import { ControlPlane } from "./servers/control-plane.ts";
import { createNatsServer } from "./servers/nats-server.ts";
import type { NatsServer, NatsServerUser } from "./servers/nats-server.ts";
import { ObjectStoreServer } from "./servers/object-store-server.ts";
import type { ServerName } from "./servers/server-sources.ts";

export interface LocalServers {
  kube: ControlPlane;
  nats: NatsServer;
  objects: ObjectStoreServer;
  binaries: Readonly<Record<ServerName, string>>;
  secrets: LocalSecrets;
  workers: LocalWorker[];
}

/** Paths of files with one secret each. */
interface LocalSecrets {
  storeAccessKeyIDFile: string;
  storeSecretAccessKeyFile: string;
  /** The same for the user that may only read. */
  storeReaderAccessKeyIDFile: string;
  storeReaderSecretAccessKeyFile: string;
  natsAdminPasswordFile: string;
  natsControllerPasswordFile: string;
  natsGatewayPasswordFile: string;
  linkKeyFile: string;
  jobProofKeyFile: string;
  accountAccessKeyFile: string;
  accountSecretKeyFile: string;
  sealingPrivateKeyFile: string;
  sealingPublicKeyFile: string;
  attemptKeyFile: string;
  proxyKeyFile: string;
}

export const poolName = "default";
export const operatorNamespace = "stills-system";
export const accountsNamespace = "stills-accounts";
export const jobsNamespace = "screenshots";
export const bucket = "stills";
export const natsAdmin = "admin";

/** A worker with a NATS user of its own, as a pod has its own credential where there are pods. */
export interface LocalWorker {
  /** In messages and logs. */
  name: string;
  natsUser: string;
  natsPasswordFile: string;
}

/** Finds, downloads or builds each binary, which makes a first start slow. */
export async function findServerBinaries(
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<Record<ServerName, string>> {
  const find = (name: ServerName): Promise<string> => findBinary(name, { report, signal });
  // One after the other: each build uses all cores.
  return {
    etcd: await find("etcd"),
    "kube-apiserver": await find("kube-apiserver"),
    kubectl: await find("kubectl"),
    "nats-server": await find("nats-server"),
    versitygw: await find("versitygw"),
  };
}

/** The four servers with their files in the data directory; none is started yet. */
export async function createServers(
  directory: DataDirectory,
  binaries: Record<ServerName, string>,
  workerCount: number,
): Promise<LocalServers> {
  const secrets = await createSecrets(directory);
  const workers = await createWorkers(directory, workerCount);
  const read = async (file: string): Promise<string> => await readFile(file, "utf8");
  const roleUser = async (
    role: NatsRole,
    file: string,
    { user = natsUser(role), ...options }: { user?: string; pool?: string; name?: string } = {},
  ): Promise<NatsServerUser> => ({
    user,
    password: await read(file),
    account: natsAccountOf(role),
    permissions: natsPermissions(role, options),
  });
  const kube = await ControlPlane.create({
    etcdBinary: binaries.etcd,
    kubeAPIServerBinary: binaries["kube-apiserver"],
    directory: directory.pathOf("kube"),
    fsync: true,
    port: await directory.portFor("kube-apiserver"),
    namespace: jobsNamespace,
  });
  const nats = await createNatsServer({
    binary: binaries["nats-server"],
    directory: directory.pathOf("nats"),
    port: await directory.portFor("nats-server"),
    users: [
      { user: natsAdmin, password: await read(secrets.natsAdminPasswordFile) },
      await roleUser("controller", secrets.natsControllerPasswordFile),
      await roleUser("gateway", secrets.natsGatewayPasswordFile),
      ...(await Promise.all(
        workers.map(({ name, natsUser: user, natsPasswordFile }) =>
          roleUser("worker", natsPasswordFile, { user, pool: poolName, name }),
        ),
      )),
    ],
  });
  const objects = await ObjectStoreServer.create({
    binary: binaries.versitygw,
    directory: directory.pathOf("objects"),
    port: await directory.portFor("versitygw"),
    bucket,
    accessKeyID: await read(secrets.storeAccessKeyIDFile),
    secretAccessKey: await read(secrets.storeSecretAccessKeyFile),
    reader: {
      accessKeyID: await read(secrets.storeReaderAccessKeyIDFile),
      secretAccessKey: await read(secrets.storeReaderSecretAccessKeyFile),
    },
  });
  return { kube, nats, objects, binaries, secrets, workers };
}

async function createWorkers(directory: DataDirectory, count: number): Promise<LocalWorker[]> {
  const workers: LocalWorker[] = [];
  for (let number = 1; number <= count; number++) {
    const name = `local-${number}`;
    workers.push({
      name,
      natsUser: `${natsUser("worker", poolName)}.${name}`,
      natsPasswordFile: await directory.secretFile(`nats-password-of-${name}`),
    });
  }
  return workers;
}

async function createSecrets(directory: DataDirectory): Promise<LocalSecrets> {
  const sealing = await directory.sealingKeyFiles();
  return {
    sealingPrivateKeyFile: sealing.privateKeyFile,
    sealingPublicKeyFile: sealing.publicKeyFile,
    storeAccessKeyIDFile: await directory.secretFile("store-access-key-id"),
    storeSecretAccessKeyFile: await directory.secretFile("store-secret-access-key"),
    storeReaderAccessKeyIDFile: await directory.secretFile("store-reader-access-key-id"),
    storeReaderSecretAccessKeyFile: await directory.secretFile("store-reader-secret-access-key"),
    natsAdminPasswordFile: await directory.secretFile("nats-admin-password"),
    natsControllerPasswordFile: await directory.secretFile("nats-controller-password"),
    natsGatewayPasswordFile: await directory.secretFile("nats-gateway-password"),
    linkKeyFile: await directory.secretFile("link-key"),
    jobProofKeyFile: await directory.secretFile("job-proof-key"),
    accountAccessKeyFile: await directory.secretFile("account-access-key"),
    accountSecretKeyFile: await directory.secretFile("account-secret-key"),
    attemptKeyFile: await directory.secretFile("attempt-key"),
    proxyKeyFile: await directory.secretFile("proxy-key"),
  };
}
