import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { APIServerOfPod } from "../process/pod-environment.ts";
import type { ClusterAccess, KubeCredentials } from "./cluster-access.ts";

/** Where the kubelet puts the token and the authority of the API server. */
const mountedFolder = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The kubelet renews a token long before it ends; client-go reads it as often. */
const rereadMilliseconds = 60_000;

/**
 * Credentials of the pod's service account; undefined outside of a pod, or without a token in it. After
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod.
 */
export function serviceAccountCredentials(
  apiServer: APIServerOfPod | undefined,
  folder = mountedFolder,
): KubeCredentials | undefined {
  const tokenPath = join(folder, "token");
  if (apiServer === undefined || !existsSync(tokenPath)) return undefined;
  const { host, port } = apiServer;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  let known: ClusterAccess | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    async load(force) {
      const now = performance.now();
      if (known !== undefined && !force && now - readAt < rereadMilliseconds) return known;
      known = { server, ...(await readFolder(folder)) };
      readAt = now;
      return known;
    },
  };
}

async function readFolder(folder: string): Promise<Pick<ClusterAccess, "headers" | "tls">> {
  try {
    const [token, ca] = await Promise.all(
      ["token", "ca.crt"].map((name) => readFile(join(folder, name), "utf8")),
    );
    return { headers: { authorization: `Bearer ${token?.trim()}` }, tls: { ca: ca ?? "" } };
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`Cannot read the credentials of the service account: ${problem}`, {
      cause: thrown,
    });
  }
}
