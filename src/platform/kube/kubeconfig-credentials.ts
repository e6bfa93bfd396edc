import { statSync } from "node:fs";
import { delimiter } from "node:path";
import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import type { ClusterAccess, ClusterTLS, KubeCredentials } from "./cluster-access.ts";

/**
 * Credentials of a kubeconfig file (or several, separated as in KUBECONFIG), with all the ways in which one can name them. Without a path:
 * those of the default locations.
 */
export function kubeconfigCredentials(kubeconfigPath?: string): KubeCredentials {
  const source = kubeconfigPath ?? "the default kubeconfig";
  let config: KubeConfig | undefined;
  let version = "";
  return {
    async load(force) {
      try {
        const current = versionOf(kubeconfigPath);
        if (config === undefined || force || current !== version) {
          config = readConfig(kubeconfigPath);
          version = current;
        }
        return await accessOf(config);
      } catch (thrown) {
        const problem = thrown instanceof Error ? thrown.message : String(thrown);
        throw new Error(`Cannot read Kubernetes credentials from ${source}: ${problem}`, {
          cause: thrown,
        });
      }
    },
  };
}

function readConfig(kubeconfigPath: string | undefined): KubeConfig {
  const config = new KubeConfig();
  const [first, ...others] = kubeconfigPath?.split(delimiter).filter((path) => path !== "") ?? [];
  if (first === undefined) {
    config.loadFromDefault();
    return config;
  }
  config.loadFromFile(first);
  for (const path of others) {
    const other = new KubeConfig();
    other.loadFromFile(path);
    config.mergeConfig(other);
  }
  return config;
}

/** Changes when a file was written or replaced. */
function versionOf(kubeconfigPath: string | undefined): string {
  if (kubeconfigPath === undefined) return "";
  return kubeconfigPath
    .split(delimiter)
    .filter((path) => path !== "")
    .map((path) => {
      const { mtimeMs, ino, size } = statSync(path);
      return `${mtimeMs}/${ino}/${size}`;
    })
    .join(" ");
}

async function accessOf(config: KubeConfig): Promise<ClusterAccess> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error("its current context names no cluster");
  const options: RequestOptions = { headers: {} };
  // The library reads certificate files and runs authenticators here; the agent it also makes is not used.
  await config.applyToHTTPSOptions(options);
  const headers = headersOf(options.headers as Record<string, unknown>);
  if (typeof options.auth === "string")
    headers["authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  return {
    server: cluster.server,
    headers,
    tls: tlsOf(options),
    ...(cluster.proxyUrl === undefined ? {} : { proxyURL: cluster.proxyUrl }),
  };
}

function headersOf(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter((entry): entry is [string, string] => typeof entry[1] === "string")
      // A token file often ends in a line feed, which is not allowed in a header.
      .map(([name, value]) => [name.toLowerCase(), value.trim()]),
  );
}

function tlsOf(options: RequestOptions): ClusterTLS {
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return {
    ...(isText(ca) && { ca: String(ca) }),
    ...(isText(cert) && { cert: String(cert) }),
    ...(isText(key) && { key: String(key) }),
    ...(servername !== undefined && { servername }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  };
}

function isText(value: unknown): value is string | Buffer {
  return typeof value === "string" || Buffer.isBuffer(value);
}
