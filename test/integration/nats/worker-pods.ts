import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inboxPrefix, natsUser } from "../../../src/api/rights/nats-permissions.ts";
import { natsTokenAudience } from "../../../src/api/settings/nats-token.ts";
import { createNats } from "../../../src/platform/nats/connection.ts";
import type { Nats } from "../../../src/platform/nats/connection.ts";
import { eventually } from "../../support/eventually.ts";
import { operatorNamespace as namespace } from "../../support/installation/installation.ts";
import { PoolInstallation, settings } from "../pools/pool-installation.ts";
import { keepLog } from "./nats-fixture.ts";
import type { Connected, KeptLog } from "./nats-fixture.ts";

interface TokenRequest {
  audience?: string;
  serviceAccount?: string;
  /** Default: of no pod. */
  pod?: { name: string; uid: string };
}

/** Pods of pools as their worker sees NATS, on a real API server and a real nats-server that asks controllers who a worker is. */
export class WorkerPods implements AsyncDisposable {
  readonly pools: PoolInstallation;
  readonly #directory: string;
  readonly #opened = new AsyncDisposableStack();
  #tokenCount = 0;

  private constructor(pools: PoolInstallation, directory: string) {
    this.pools = pools;
    this.#directory = directory;
  }

  static async start(pools: string[], options: { ownKubeAPI?: boolean } = {}): Promise<WorkerPods> {
    const installation = await PoolInstallation.start(pools, {
      ...options,
      workersHaveTokens: true,
    });
    return new WorkerPods(installation, await mkdtemp(join(tmpdir(), "stills-test-tokens-")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
    await this.pools[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true });
  }

  /** A pod of a pool and the file with its token, as the kubelet writes it. */
  async create(pool: string, name: string): Promise<{ uid: string; tokenFile: string }> {
    const { uid = "" } = (await this.pools.createPod(pool, name)).metadata;
    return { uid, tokenFile: await this.tokenFile({ pod: { name, uid } }) };
  }

  /** A token as the API server issues it. */
  async tokenFile(request: TokenRequest = {}): Promise<string> {
    const { audience = natsTokenAudience, pod } = request;
    const serviceAccount = request.serviceAccount ?? settings.serviceAccountName;
    const { status } = await this.pools.installation.transport.request<{
      status: { token: string };
    }>({
      method: "POST",
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: {
          ...(audience !== "" && { audiences: [audience] }),
          ...(pod !== undefined && { boundObjectRef: { apiVersion: "v1", kind: "Pod", ...pod } }),
        },
      },
    });
    return await this.fileWith(status.token);
  }

  async fileWith(text: string): Promise<string> {
    this.#tokenCount += 1;
    const file = join(this.#directory, `token-${this.#tokenCount}`);
    await writeFile(file, text);
    return file;
  }

  /** Connects as the worker of a pod does. */
  async connect(
    pool: string,
    name: string,
    tokenFile: string,
    log: KeptLog = keepLog(),
  ): Promise<Connected> {
    const nats = this.#client(pool, name, { tokenFile, log });
    await nats.start(AbortSignal.timeout(120_000));
    return Object.assign(nats, { [Symbol.asyncDispose]: () => nats.stop() });
  }

  /** A pod and its connection, until the test file ends. */
  async connected(pool: string, name: string): Promise<{ nats: Connected; log: KeptLog }> {
    const log = keepLog();
    const { tokenFile } = await this.create(pool, name);
    const nats = await this.connect(pool, name, tokenFile, log);
    this.#opened.use(nats);
    return { nats, log };
  }

  /** Tries to connect until the server's log says why it is refused. */
  async refusalOf(client: {
    name: string;
    tokenFile?: string;
    user?: string;
    password?: string;
  }): Promise<string> {
    const log = keepLog();
    const before = (await this.#serverRefusals()).length;
    await using opened = new AsyncDisposableStack();
    const nats = this.#client("default", client.name, { ...client, log });
    const stop = new AbortController();
    const started = nats.start(stop.signal).then(
      () => "connected",
      () => "not connected",
    );
    opened.defer(async () => {
      stop.abort();
      await started;
      await nats.stop();
    });
    await eventually("the server has refused a connection", () =>
      log.lines.some(({ facts }) => /Authorization Violation/.test(String(facts["cause"]))),
    );
    const refusals = await this.#serverRefusals();
    return refusals.slice(before).at(0) ?? "";
  }

  #client(
    pool: string,
    name: string,
    credential: { tokenFile?: string; user?: string; password?: string; log: KeptLog },
  ): Nats {
    const user = natsUser("worker", pool);
    return createNats({
      url: this.pools.installation.natsServer.url,
      user,
      name,
      inboxPrefix: inboxPrefix(user, name),
      firstConnectTimeoutSeconds: 120,
      ...credential,
    });
  }

  /** What controllers answered, as the server has it in its log. */
  async #serverRefusals(): Promise<string[]> {
    const log = await readFile(this.pools.installation.natsServer.process.logFile, "utf8");
    return [...log.matchAll(/Auth callout service returned an error: (.*)/g)].map(
      ([, reason = ""]) => reason,
    );
  }
}
