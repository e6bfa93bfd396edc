import { natsUser } from "../api/rights/nats-permissions.ts";
import { controllerUserName, gatewayUserName } from "./cluster-setup.ts";
import type { DataDirectory } from "./data-directory.ts";
import { accountsNamespace, bucket, operatorNamespace, poolName } from "./local-servers.ts";
import type { LocalServers, LocalWorker } from "./local-servers.ts";
import { createRoleProcess, drainSeconds } from "./role-process.ts";
import type { Role, RoleProcess } from "./role-process.ts";
import { findFreePort } from "./servers/free-port.ts";

interface RolesOptions {
  directory: DataDirectory;
  servers: LocalServers;
  /** Fixed, since it is part of links that outlive the process. */
  gatewayPort: number;
  /** Private addresses that pages may reach. */
  allowCIDRs: readonly string[];
}

export interface LocalRoles {
  gatewayURL: string;
  controllers: RoleProcess[];
  egress: RoleProcess;
  gateway: RoleProcess;
  workers: RoleProcess[];
}

export const controllerReplicas = 2;

type Settings = Record<string, string>;

/** The processes of all roles with their settings; none is started yet. */
export async function createRoles(options: RolesOptions): Promise<LocalRoles> {
  const { directory, servers, gatewayPort, allowCIDRs } = options;
  const { kube } = servers;
  const egressPort = await findFreePort();
  const egressURL = `http://127.0.0.1:${egressPort}`;
  const gatewayURL = `http://127.0.0.1:${gatewayPort}`;
  const network = { gatewayPort, gatewayURL, egressPort, egressURL, allowCIDRs };
  const create = (role: Role, settings: Settings, number = 1): Promise<RoleProcess> =>
    createRoleProcess({ role, number, directory, settings });
  const createEach = async (role: Role, each: Settings[]): Promise<RoleProcess[]> => {
    const created: RoleProcess[] = [];
    for (const [index, settings] of each.entries())
      created.push(await create(role, settings, index + 1));
    return created;
  };
  const controller = controllerSettings(
    servers,
    network,
    await kube.issueKubeconfig({ name: controllerUserName }),
  );
  const gateway = gatewaySettings(
    servers,
    network,
    await kube.issueKubeconfig({ name: gatewayUserName }),
  );
  return {
    gatewayURL,
    controllers: await createEach(
      "controller",
      Array.from({ length: controllerReplicas }, () => controller),
    ),
    egress: await create("egress", egressSettings(servers, network)),
    gateway: await create("gateway", gateway),
    workers: await createEach(
      "worker",
      servers.workers.map((worker) => workerSettings(servers, network, worker)),
    ),
  };
}

interface Network {
  gatewayPort: number;
  gatewayURL: string;
  egressPort: number;
  egressURL: string;
  allowCIDRs: readonly string[];
}

function controllerSettings(servers: LocalServers, network: Network, kubeconfig: string): Settings {
  const { objects, secrets } = servers;
  return {
    ...natsSettings(servers, natsUser("controller"), secrets.natsControllerPasswordFile),
    ...storeSettings(servers, "owner"),
    KUBECONFIG: kubeconfig,
    STILLS_OPERATOR_NAMESPACE: operatorNamespace,
    STILLS_ACCOUNTS_NAMESPACE: accountsNamespace,
    STILLS_STORE_PUBLIC_ENDPOINT: objects.endpoint,
    STILLS_ATTEMPT_KEY_FILE: secrets.attemptKeyFile,
    STILLS_PROXY_KEY_FILE: secrets.proxyKeyFile,
    STILLS_SEALING_PRIVATE_KEY_FILE: secrets.sealingPrivateKeyFile,
    STILLS_LINK_KEY_FILE: secrets.linkKeyFile,
    STILLS_JOB_PROOF_KEY_FILE: secrets.jobProofKeyFile,
    STILLS_GATEWAY_PUBLIC_URL: network.gatewayURL,
  };
}

function gatewaySettings(servers: LocalServers, network: Network, kubeconfig: string): Settings {
  const { secrets } = servers;
  return {
    ...natsSettings(servers, natsUser("gateway"), secrets.natsGatewayPasswordFile),
    ...storeSettings(servers, "reader"),
    KUBECONFIG: kubeconfig,
    STILLS_ACCOUNTS_NAMESPACE: accountsNamespace,
    STILLS_GATEWAY_HOST: "127.0.0.1",
    STILLS_GATEWAY_PORT: String(network.gatewayPort),
    STILLS_GATEWAY_PUBLIC_URL: network.gatewayURL,
    // No load balancer has to learn that it stops.
    STILLS_GATEWAY_LEAVE_SECONDS: "0",
    STILLS_GATEWAY_DRAIN_SECONDS: String(drainSeconds),
    STILLS_LINK_KEY_FILE: secrets.linkKeyFile,
    STILLS_JOB_PROOF_KEY_FILE: secrets.jobProofKeyFile,
    STILLS_SEALING_PUBLIC_KEY_FILE: secrets.sealingPublicKeyFile,
    STILLS_EGRESS_URL: network.egressURL,
    STILLS_EGRESS_ALLOW_CIDRS: network.allowCIDRs.join(","),
  };
}

function egressSettings({ objects, secrets }: LocalServers, network: Network): Settings {
  return {
    STILLS_EGRESS_HOST: "127.0.0.1",
    STILLS_EGRESS_PORT: String(network.egressPort),
    STILLS_EGRESS_ALLOW_CIDRS: network.allowCIDRs.join(","),
    STILLS_EGRESS_LEAVE_SECONDS: "0",
    STILLS_EGRESS_DRAIN_TIMEOUT_SECONDS: "5",
    STILLS_PROXY_KEY_FILE: secrets.proxyKeyFile,
    STILLS_STORE_ENDPOINT: objects.endpoint,
  };
}

function workerSettings(
  servers: LocalServers,
  network: Network,
  { name, natsUser: user, natsPasswordFile }: LocalWorker,
): Settings {
  return {
    ...natsSettings(servers, user, natsPasswordFile),
    STILLS_POOL: poolName,
    STILLS_WORKER_NAME: name,
    STILLS_EGRESS_URL: network.egressURL,
    STILLS_DRAIN_TIMEOUT_SECONDS: String(drainSeconds),
  };
}

function natsSettings({ nats }: LocalServers, user: string, passwordFile: string): Settings {
  return {
    STILLS_NATS_URL: nats.url,
    STILLS_NATS_USER: user,
    STILLS_NATS_PASSWORD_FILE: passwordFile,
  };
}

function storeSettings({ objects, secrets }: LocalServers, user: "owner" | "reader"): Settings {
  const isOwner = user === "owner";
  return {
    STILLS_STORE_ENDPOINT: objects.endpoint,
    STILLS_STORE_REGION: objects.region,
    STILLS_STORE_BUCKET: bucket,
    STILLS_STORE_ACCESS_KEY_ID_FILE: isOwner
      ? secrets.storeAccessKeyIDFile
      : secrets.storeReaderAccessKeyIDFile,
    STILLS_STORE_SECRET_ACCESS_KEY_FILE: isOwner
      ? secrets.storeSecretAccessKeyFile
      : secrets.storeReaderSecretAccessKeyFile,
  };
}
