import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { ClientIdentity } from "../../../src/local/servers/control-plane.ts";
import { installProjectCRDs } from "../project-crds.ts";
import { startKubeAPI } from "../servers.ts";
import { askPool, postToPool } from "./server-pool-client.ts";
import type { LeasedKubeAPI } from "./server-pool.ts";

/** An API server with the CRDs of the project and no other objects, which no other test uses meanwhile. */
export interface CleanKubeAPI extends AsyncDisposable {
  readonly url: string;
  /** Of the administrator. */
  readonly kubeconfig: string;
  /** The path of a kubectl of the same version. */
  readonly kubectl: string;
  /** Writes a kubeconfig with a client certificate and returns its path. */
  issueKubeconfig(identity: ClientIdentity): Promise<string>;
}

/**
 * Leases one of the run's API servers, or starts one where there is no run around the test file (`node --test FILE`). Not
 * for tests that stop the server or change its CRDs.
 */
export async function leaseKubeAPI(): Promise<CleanKubeAPI> {
  const socketPath = process.env["STILLS_TEST_SERVERS"];
  return socketPath === undefined ? await startCleanKubeAPI() : await leaseFrom(socketPath);
}

/** One that no test has used: its request counters begin with this one. */
export async function startCleanKubeAPI(): Promise<CleanKubeAPI> {
  const kube = await startKubeAPI();
  await installProjectCRDs(kube.kubeconfig);
  const { url, kubeconfig, kubectl } = kube;
  return {
    url,
    kubeconfig,
    kubectl,
    issueKubeconfig: async (identity) => await kube.api.issueKubeconfig(identity),
    [Symbol.asyncDispose]: async () => await kube[Symbol.asyncDispose](),
  };
}

async function leaseFrom(socketPath: string): Promise<CleanKubeAPI> {
  const response = await postToPool(socketPath, "/kube-api", {});
  if (response.statusCode !== 200) throw new Error(await text(response));
  const [line] = (await once(createInterface({ input: response }), "line")) as [string];
  // An idle lease does not keep a test process from ending.
  response.socket.unref();
  const { url, kubeconfig, kubectl } = JSON.parse(line) as LeasedKubeAPI;
  return {
    url,
    kubeconfig,
    kubectl,
    async issueKubeconfig(identity) {
      const path = `/kube-api/kubeconfigs?url=${encodeURIComponent(url)}`;
      return ((await askPool(socketPath, path, identity)) as { path: string }).path;
    },
    async [Symbol.asyncDispose]() {
      response.destroy();
    },
  };
}
