import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { ServerProcess } from "../../../src/local/servers/server-process.ts";
import { startKubeAPI } from "../servers.ts";
import type { TestKubeAPI } from "../servers.ts";
import { installProjectCRDs } from "../project-crds.ts";

/** An API server that one test file after another uses. It begins each time with the CRDs of the project and nothing else. */
export class SharedKubeAPI {
  readonly kube: TestKubeAPI;
  readonly #etcd: EtcdClient;
  readonly #original: ReadonlySet<string>;
  #isStopping = false;

  private constructor(kube: TestKubeAPI, etcd: EtcdClient, original: ReadonlySet<string>) {
    this.kube = kube;
    this.#etcd = etcd;
    this.#original = original;
    for (const server of [kube.process, kube.api.etcd]) this.#reportUnexpectedEnd(server);
  }

  static async start(): Promise<SharedKubeAPI> {
    const kube = await startKubeAPI();
    await installProjectCRDs(kube.kubeconfig);
    const etcd = await EtcdClient.connect(kube.api.etcdURL, kube.api.directory);
    return new SharedKubeAPI(kube, etcd, new Set(await etcd.keys()));
  }

  /**
   * Deletes what the last file has left behind. In etcd, because in the API finalizers would keep jobs, and namespaces stay
   * for ever without kube-controller-manager. The API server learns of it by its watches.
   */
  async reset(): Promise<void> {
    const isLeftOver = (key: string): boolean =>
      // What lies beside it is the API server's own: it panics at its next compaction without `compact_rev_key`.
      key.startsWith("/registry/") && !this.#original.has(key) && !/\/kube(-|rnetes)/.test(key);
    const runs: { first: string; last: string }[] = [];
    let isInRun = false;
    for (const key of await this.#etcd.keys()) {
      if (isLeftOver(key)) {
        const run = runs.at(-1);
        if (isInRun && run !== undefined) run.last = key;
        else runs.push({ first: key, last: key });
      }
      isInRun = isLeftOver(key);
    }
    for (const { first, last } of runs) await this.#etcd.deleteRange(first, `${last}\0`);
  }

  /** Says in the output of the run why the tests that use the server fail. */
  #reportUnexpectedEnd(server: ServerProcess): void {
    void server.exited.then((how) => {
      if (this.#isStopping) return;
      console.error(`The shared ${server.name} ended (${how}): ${server.lastLines(30)}`);
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#etcd.close();
    await this.kube[Symbol.asyncDispose]();
  }
}

/** The two calls of etcd's JSON gateway (/v3/kv) that a reset needs; keys are base64 there. */
class EtcdClient {
  readonly #url: string;
  readonly #agent: Agent;

  private constructor(url: string, agent: Agent) {
    this.#url = url;
    this.#agent = agent;
  }

  static async connect(url: string, directory: string): Promise<EtcdClient> {
    const pem = async (name: string) => await readFile(join(directory, "keys", name), "utf8");
    return new EtcdClient(
      url,
      new Agent({
        ca: await pem("authority.crt"),
        cert: await pem("etcd-client.crt"),
        key: await pem("etcd-client.key"),
      }),
    );
  }

  /** All keys, in order. */
  async keys(): Promise<string[]> {
    const everything = { key: base64("\0"), range_end: base64("\0"), keys_only: true };
    const { kvs = [] } = (await this.#call("range", everything)) as { kvs?: { key: string }[] };
    return kvs.map(({ key }) => Buffer.from(key, "base64").toString());
  }

  async deleteRange(first: string, end: string): Promise<void> {
    await this.#call("deleterange", { key: base64(first), range_end: base64(end) });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #call(method: string, body: object): Promise<unknown> {
    return await new Promise((resolve, reject) => {
      const call = request(`${this.#url}/v3/kv/${method}`, { method: "POST", agent: this.#agent });
      call.on("error", reject);
      call.on("response", (response) => {
        text(response)
          .then((answer) => {
            if (response.statusCode === 200) resolve(JSON.parse(answer));
            else reject(new Error(`etcd answers ${response.statusCode}: ${answer}`));
          })
          .catch(reject);
      });
      call.end(JSON.stringify(body));
    });
  }
}

function base64(key: string): string {
  return Buffer.from(key).toString("base64");
}
