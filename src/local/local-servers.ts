import { readFile } from "node:fs/promises";
import { natsPermissions, natsUser } from "../api/rights/nats-permissions.ts";
import type { NatsRole } from "../api/rights/nats-permissions.ts";
import type { DataDirectory } from "./data-directory.ts";
import { findBinary } from "./servers/find-binary.ts";
import { ControlPlane } from "./servers/control-plane.ts";
import { createNatsServer } from "./servers/nats-server.ts";
import type { NatsServer, NatsServerUser } from "./servers/nats-server.ts";
import { ObjectStoreServer } from "./servers/object-store-server.ts";
import type { ServerName } from "./servers/server-sources.ts";
import { serverNames } from "./servers/server-sources.ts";

export interface LocalServers {
  kube: ControlPlane;
  nats: NatsServer;
  objects: ObjectStoreServer;
  binaries: Readonly<Record<ServerName, string>>;
  /** Of the servers' users, as files. */
  secrets: LocalSecrets;
}

export interface LocalSecrets {
  storeAccessKeyIDFile: string;
  storeSecretAccessKeyFile: string;
  natsAdminPasswordFile: string;
  natsControllerPasswordFile: string;
  natsGatewayPasswordFile: string;
  natsWorkerPasswordFile: string;
  linkKeyFile: string;
  accountAccessKeyFile: string;
  accountSecretKeyFile: string;
  sealingPrivateKeyFile: string;
  sealingPublicKeyFile: string;
  attemptKeyFile: string;
  proxyKeyFile: string;
}

export const poolName = "default";
export const operatorNamespace = "stills-system";
export const jobsNamespace = "screenshots";
export const bucket = "stills";
export const natsAdmin = "admin";

/** Finds, downloads or builds every program; the slow part of a first start. */
export async function findServerBinaries(
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<Record<ServerName, string>> {
  const found: Partial<Record<ServerName, string>> = {};
  for (const name of serverNames) found[name] = await findBinary(name, { report, signal });
  return found as Record<ServerName, string>;
}

/** Prepares the four servers in the folder; nothing is started yet. */
export async function createServers(
  folder: DataDirectory,
  binaries: Record<ServerName, string>,
): Promise<LocalServers> {
  const secrets = await createSecrets(folder);
  const read = async (file: string): Promise<string> => await readFile(file, "utf8");
  const roleUser = async (
    role: NatsRole,
    file: string,
    pool?: string,
  ): Promise<NatsServerUser> => ({
    user: natsUser(role, pool),
    password: await read(file),
    permissions: natsPermissions(role, pool === undefined ? {} : { pool }),
  });
  const kube = await ControlPlane.create({
    etcdBinary: binaries.etcd,
    kubeAPIServerBinary: binaries["kube-apiserver"],
    directory: folder.in("kube"),
    fsync: true,
    port: await folder.portFor("kube-apiserver"),
    namespace: jobsNamespace,
  });
  const nats = await createNatsServer({
    binary: binaries["nats-server"],
    directory: folder.in("nats"),
    port: await folder.portFor("nats-server"),
    users: [
      { user: natsAdmin, password: await read(secrets.natsAdminPasswordFile) },
      await roleUser("controller", secrets.natsControllerPasswordFile),
      await roleUser("gateway", secrets.natsGatewayPasswordFile),
      await roleUser("worker", secrets.natsWorkerPasswordFile, poolName),
    ],
  });
  const objects = await ObjectStoreServer.create({
    binary: binaries.versitygw,
    directory: folder.in("objects"),
    port: await folder.portFor("versitygw"),
    bucket,
    publicPrefixes: ["artifacts/", "stored/"],
    accessKeyID: await read(secrets.storeAccessKeyIDFile),
    secretAccessKey: await read(secrets.storeSecretAccessKeyFile),
  });
  return { kube, nats, objects, binaries, secrets };
}

async function createSecrets(folder: DataDirectory): Promise<LocalSecrets> {
  const sealing = await folder.sealingKeyFiles();
  return {
    sealingPrivateKeyFile: sealing.privateKeyFile,
    sealingPublicKeyFile: sealing.publicKeyFile,
    storeAccessKeyIDFile: await folder.secretFile("store-access-key-id"),
    storeSecretAccessKeyFile: await folder.secretFile("store-secret-access-key"),
    natsAdminPasswordFile: await folder.secretFile("nats-admin-password"),
    natsControllerPasswordFile: await folder.secretFile("nats-controller-password"),
    natsGatewayPasswordFile: await folder.secretFile("nats-gateway-password"),
    linkKeyFile: await folder.secretFile("link-key"),
    accountAccessKeyFile: await folder.secretFile("account-access-key"),
    accountSecretKeyFile: await folder.secretFile("account-secret-key"),
    natsWorkerPasswordFile: await folder.secretFile("nats-worker-password"),
    attemptKeyFile: await folder.secretFile("attempt-key"),
    proxyKeyFile: await folder.secretFile("proxy-key"),
  };
}
