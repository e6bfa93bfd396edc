import { join } from "node:path";
import { natsUser } from "../api/rights/nats-permissions.ts";
import { processEnvironment } from "../platform/process/env.ts";
import type { DataDirectory } from "./data-directory.ts";
import type { LocalServers } from "./local-servers.ts";
import { bucket, operatorNamespace, poolName } from "./local-servers.ts";
import { projectDirectory } from "./project-directory.ts";
import { findFreePort } from "./servers/free-port.ts";
import { ServerProcess } from "./servers/server-process.ts";

type Settings = Record<string, string | undefined>;

export interface RoleProcess {
  role: "controller" | "gateway" | "egress" | "worker";
  process: ServerProcess;
  metricsURL: string;
}

export interface RoleContext {
  folder: DataDirectory;
  servers: LocalServers;
  /** How long gateways and egress proxies go on taking connections once they are to stop; default 0: nothing balances. */
  leaveSeconds?: number;
}

const workerDrainSeconds = 10;

/** A replica of the controller, with its own client certificate. Not started yet, like those below. */
export async function createController(
  { folder, servers }: RoleContext,
  number: number,
  { kubeconfig, gatewayURL }: { kubeconfig: string; gatewayURL: string },
): Promise<RoleProcess> {
  const { nats, objects, secrets } = servers;
  return await createRole("controller", number, folder, {
    KUBECONFIG: kubeconfig,
    STILLS_OPERATOR_NAMESPACE: operatorNamespace,
    STILLS_NATS_URL: nats.url,
    STILLS_NATS_USER: natsUser("controller"),
    STILLS_NATS_PASSWORD_FILE: secrets.natsControllerPasswordFile,
    STILLS_STORE_ENDPOINT: objects.endpoint,
    STILLS_STORE_PUBLIC_ENDPOINT: objects.endpoint,
    STILLS_STORE_REGION: objects.region,
    STILLS_STORE_BUCKET: bucket,
    STILLS_STORE_ACCESS_KEY_ID_FILE: secrets.storeAccessKeyIDFile,
    STILLS_STORE_SECRET_ACCESS_KEY_FILE: secrets.storeSecretAccessKeyFile,
    STILLS_ATTEMPT_KEY_FILE: secrets.attemptKeyFile,
    STILLS_PROXY_KEY_FILE: secrets.proxyKeyFile,
    STILLS_SEALING_PRIVATE_KEY_FILE: secrets.sealingPrivateKeyFile,
    STILLS_LINK_KEY_FILE: secrets.linkKeyFile,
    STILLS_GATEWAY_PUBLIC_URL: gatewayURL,
  });
}

export interface GatewayOptions {
  kubeconfig: string;
  /** Fixed, since it is part of links that outlive the process. */
  port: number;
  proxyURL: string;
  /** As the egress proxy has them. */
  allowCIDRs: readonly string[];
  /** Of this replica; default 1. */
  number?: number;
  /** Where callers reach all of them; default: this one. */
  publicURL?: string;
}

export async function createGateway(
  { folder, servers, leaveSeconds = 0 }: RoleContext,
  place: GatewayOptions,
): Promise<RoleProcess> {
  const { nats, objects, secrets } = servers;
  const { kubeconfig, port, proxyURL, allowCIDRs, number = 1 } = place;
  const { publicURL = gatewayURLOf(port) } = place;
  return await createRole("gateway", number, folder, {
    KUBECONFIG: kubeconfig,
    STILLS_OPERATOR_NAMESPACE: operatorNamespace,
    STILLS_GATEWAY_HOST: "127.0.0.1",
    STILLS_GATEWAY_PORT: String(port),
    STILLS_GATEWAY_PUBLIC_URL: publicURL,
    STILLS_GATEWAY_LEAVE_SECONDS: String(leaveSeconds),
    STILLS_GATEWAY_DRAIN_SECONDS: String(workerDrainSeconds),
    STILLS_LINK_KEY_FILE: secrets.linkKeyFile,
    STILLS_SEALING_PUBLIC_KEY_FILE: secrets.sealingPublicKeyFile,
    STILLS_EGRESS_URL: proxyURL,
    STILLS_EGRESS_ALLOW_CIDRS: allowCIDRs.join(","),
    STILLS_NATS_URL: nats.url,
    STILLS_NATS_USER: natsUser("gateway"),
    STILLS_NATS_PASSWORD_FILE: secrets.natsGatewayPasswordFile,
    STILLS_STORE_ENDPOINT: objects.endpoint,
    STILLS_STORE_REGION: objects.region,
    STILLS_STORE_BUCKET: bucket,
    STILLS_STORE_ACCESS_KEY_ID_FILE: secrets.storeAccessKeyIDFile,
    STILLS_STORE_SECRET_ACCESS_KEY_FILE: secrets.storeSecretAccessKeyFile,
  });
}

export function gatewayURLOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

export interface EgressProcess extends RoleProcess {
  proxyURL: string;
}

export async function createEgress(
  { folder, servers, leaveSeconds = 0 }: RoleContext,
  allowCIDRs: readonly string[],
  number = 1,
): Promise<EgressProcess> {
  const port = await findFreePort();
  const role = await createRole("egress", number, folder, {
    STILLS_EGRESS_HOST: "127.0.0.1",
    STILLS_EGRESS_PORT: String(port),
    STILLS_EGRESS_ALLOW_CIDRS: allowCIDRs.join(","),
    STILLS_EGRESS_LEAVE_SECONDS: String(leaveSeconds),
    STILLS_EGRESS_DRAIN_TIMEOUT_SECONDS: "5",
    STILLS_PROXY_KEY_FILE: servers.secrets.proxyKeyFile,
    STILLS_STORE_ENDPOINT: servers.objects.endpoint,
  });
  return { ...role, proxyURL: `http://127.0.0.1:${port}` };
}

export async function createWorker(
  { folder, servers }: RoleContext,
  number: number,
  proxyURL: string,
): Promise<RoleProcess> {
  return await createRole("worker", number, folder, {
    STILLS_POOL: poolName,
    STILLS_WORKER_NAME: `local-${number}`,
    STILLS_NATS_URL: servers.nats.url,
    STILLS_NATS_USER: natsUser("worker", poolName),
    STILLS_NATS_PASSWORD_FILE: servers.secrets.natsWorkerPasswordFile,
    STILLS_EGRESS_URL: proxyURL,
    STILLS_DRAIN_TIMEOUT_SECONDS: String(workerDrainSeconds),
  });
}

async function createRole(
  role: RoleProcess["role"],
  number: number,
  folder: DataDirectory,
  settings: Settings,
): Promise<RoleProcess> {
  const port = await findFreePort();
  const metricsURL = `http://127.0.0.1:${port}`;
  const process = new ServerProcess({
    name: `${role} ${number}`,
    command: nodePath(),
    arguments: [join(projectDirectory, "src", "main.ts"), role],
    environment: {
      ...processEnvironment(),
      KUBECONFIG: undefined,
      STILLS_EGRESS_ALLOW_CIDRS: undefined,
      TMPDIR: folder.temporaryPath,
      STILLS_METRICS_HOST: "127.0.0.1",
      STILLS_METRICS_PORT: String(port),
      ...settings,
    },
    logFile: folder.in("logs", `${role}-${number}.log`),
    isReady: async (signal) => {
      const response = await fetch(`${metricsURL}/readyz`, { signal });
      await response.arrayBuffer();
      return response.ok;
    },
    stopTimeoutSeconds: workerDrainSeconds + 15,
    explain: explainLog,
  });
  return { role, process, metricsURL: `${metricsURL}/metrics` };
}

function nodePath(): string {
  return process.execPath;
}

/** What a role wrote last if that is no JSON (its settings are not valid), else the last thing that went wrong. */
export function explainLog(text: string): string {
  const lines = text.split("\n");
  const plain = lines.slice(lines.findLastIndex((line) => parseLine(line) !== undefined) + 1);
  if (plain.length > 0) return plain.join("\n");
  for (const line of lines.toReversed()) {
    const entry = parseLine(line);
    if (entry?.level !== "error" && entry?.level !== "warn") continue;
    return entry.err === undefined ? (entry.message ?? line) : messagesOf(entry.err);
  }
  return text;
}

/** Of an error and its causes, without what another of them says already. */
function messagesOf(err: LoggedError): string {
  const messages: string[] = [];
  for (let each: LoggedError | undefined = err; each !== undefined; each = each.cause) {
    const { message = "" } = each;
    if (!messages.some((earlier) => earlier.includes(message))) messages.push(message);
  }
  return messages.join(": ");
}

interface LogEntry {
  level?: string;
  message?: string;
  err?: LoggedError;
}

interface LoggedError {
  message?: string;
  cause?: LoggedError;
}

function parseLine(line: string): LogEntry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null ? (entry as LogEntry) : undefined;
  } catch {
    return undefined;
  }
}
