import { randomBytes } from "node:crypto";
import type {
  BrowserPool,
  ScreenshotJob,
  ScreenshotJobSpec,
  WebhookSpec,
} from "../../../src/api/kinds/resource-types.ts";
import {
  apiVersion,
  defaultClassName,
  leaseName,
} from "../../../src/api/settings/kubernetes-names.ts";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import type { ControllerConfig } from "../../../src/controller/config.ts";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import { isNotFound, KubeError } from "../../../src/platform/kube/kube-error.ts";
import {
  browserPools,
  customResourceDefinitions,
  leases,
  namespaces,
  screenshotJobs,
} from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { createNats, type Nats } from "../../../src/platform/nats/connection.ts";
import { createObjectStore, type ObjectStore } from "../../../src/platform/objects/object-store.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import type { Clock } from "../../../src/platform/process/clock.ts";
import { generateSealingKeys } from "../../../src/platform/sealing/sealing-keys.ts";
import { eventually } from "../eventually.ts";
import { startNATS, startObjects } from "../servers.ts";
import type { TestNATS, TestObjects } from "../servers.ts";
import { silentLog } from "../silent-log.ts";
import { leaseKubeAPI, startCleanKubeAPI } from "../shared-servers/lease-kube-api.ts";
import type { CleanKubeAPI } from "../shared-servers/lease-kube-api.ts";
import type { RoleProcessOptions } from "./role-process.ts";
import { startController } from "./running-controller.ts";
import type { RunningController } from "./running-controller.ts";
import { StubWorker } from "./stub-worker.ts";
import type { Behaviour } from "./stub-worker.ts";

export const operatorNamespace = "stills-system";
export const accountsNamespace = "stills-accounts";
export const tenant = "marketing";
export const otherTenant = "sales";

type Condition = NonNullable<NonNullable<ScreenshotJob["status"]>["conditions"]>[number];
type PartialSpec = Partial<Omit<ScreenshotJobSpec, "webhook">> & {
  webhook?: Partial<WebhookSpec>;
};

interface Servers {
  kube: CleanKubeAPI;
  natsServer: TestNATS;
  objects: TestObjects;
}

/** What two installations in one cluster differ by. */
interface Place {
  operatorNamespace: string;
  accountsNamespace: string;
  className: string;
}

/**
 * What an installation needs: a leased API server with namespaces and pools, and NATS and an S3 server of its own. A test
 * starts the controllers, gateways and stub workers that it wants.
 */
export class Installation implements AsyncDisposable {
  readonly kube: CleanKubeAPI;
  readonly natsServer: TestNATS;
  readonly objects: TestObjects;
  readonly transport: KubeTransport;
  readonly nats: Nats;
  readonly store: ObjectStore;
  readonly sealing = generateSealingKeys();
  readonly keys = {
    attemptKey: randomKey(),
    proxyKey: randomKey(),
    jobProof: { key: randomKey(), requiredFromMilliseconds: 0 },
    sealingPrivateKeys: this.sealing.privateKeyPEM,
  };
  readonly operatorNamespace: string;
  readonly accountsNamespace: string;
  readonly className: string;
  #workerCount = 0;

  private constructor(
    { kube, natsServer, objects }: Servers,
    { operatorNamespace, accountsNamespace, className }: Place,
  ) {
    this.operatorNamespace = operatorNamespace;
    this.accountsNamespace = accountsNamespace;
    this.className = className;
    this.kube = kube;
    this.natsServer = natsServer;
    this.objects = objects;
    this.transport = new KubeTransport(kubeCredentials(kube.kubeconfig));
    this.store = createObjectStore(objects);
    this.nats = this.#connection(natsServer);
  }

  /** `ownKubeAPI`: an API server that no other test file has used. `workersHaveTokens`: NATS asks controllers who a worker is. */
  static async start(
    options: {
      pools?: string[];
      ownKubeAPI?: boolean;
      workersHaveTokens?: boolean;
      natsDiskMebibytes?: number;
    } = {},
  ): Promise<Installation> {
    const pools = options.pools ?? ["default"];
    const [kube, natsServer, objects] = await Promise.all([
      options.ownKubeAPI === true ? startCleanKubeAPI() : leaseKubeAPI(),
      startNATS({
        pools,
        asksForWorkers: options.workersHaveTokens === true,
        diskMebibytes: options.natsDiskMebibytes,
      }),
      startObjects(),
    ]);
    const place = { operatorNamespace, accountsNamespace, className: defaultClassName };
    return await Installation.#prepared(new Installation({ kube, natsServer, objects }, place), {
      pools,
      newNamespaces: [operatorNamespace, accountsNamespace, tenant, otherTenant],
    });
  }

  /** Another one on the same API server, for the same tenants, with NATS and an S3 server of its own. */
  static async startBeside(
    { kube: shared }: Installation,
    place: Place & { pools: string[] },
  ): Promise<Installation> {
    const { pools } = place;
    const [natsServer, objects] = await Promise.all([startNATS({ pools }), startObjects()]);
    // The API server is the first one's to stop.
    const kube: CleanKubeAPI = {
      ...shared,
      [Symbol.asyncDispose]: async () => undefined,
    };
    return await Installation.#prepared(new Installation({ kube, natsServer, objects }, place), {
      pools,
      newNamespaces: [place.operatorNamespace, place.accountsNamespace],
    });
  }

  static async #prepared(
    world: Installation,
    { pools, newNamespaces }: { pools: readonly string[]; newNamespaces: readonly string[] },
  ): Promise<Installation> {
    try {
      await world.nats.start(AbortSignal.timeout(60_000));
      for (const name of newNamespaces)
        await namespaces(world.transport).create({ metadata: { name } });
      for (const pool of pools) await world.createPool(pool);
      return world;
    } catch (err) {
      await world[Symbol.asyncDispose]();
      throw err;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nats.stop();
    await this.transport.close();
    this.store.close();
    await this.objects[Symbol.asyncDispose]();
    await this.natsServer[Symbol.asyncDispose]();
    await this.kube[Symbol.asyncDispose]();
  }

  get jobs() {
    return screenshotJobs(this.transport);
  }

  get pools() {
    return browserPools(this.transport);
  }

  get definitions() {
    return customResourceDefinitions(this.transport);
  }

  async createPool(name: string, spec: Partial<BrowserPool["spec"]> = {}): Promise<BrowserPool> {
    return await this.pools.create({
      apiVersion,
      kind: "BrowserPool",
      metadata: { namespace: this.operatorNamespace, name },
      spec,
    } as BrowserPool);
  }

  controllerConfig(kubeconfigPath = this.kube.kubeconfig): ControllerConfig {
    const { endpoint, region, bucket, accessKeyID, secretAccessKey } = this.objects;
    return {
      probes: { host: "127.0.0.1", port: 0 },
      kubeconfigPath,
      operatorNamespace: this.operatorNamespace,
      className: this.className,
      accountsNamespace: this.accountsNamespace,
      nats: { url: this.natsServer.url, ...this.credentialsOf("controller") },
      store: {
        ...{ endpoint, region, bucket, accessKeyID, secretAccessKey },
        publicEndpoint: endpoint,
      },
      ...this.keys,
      webhooks: {
        publicURL: "http://gateway.test",
        linkKey: "l".repeat(32),
        horizonSeconds: 3600,
      },
      storageAllowsHTTP: false,
      streamReplicas: 1,
      maxLiveJobs: 20_000,
      calloutKey: this.natsServer.calloutKey,
    };
  }

  /** Settings of a role process for the servers; it connects to NATS with the role's user. */
  roleSettings(
    role: "controller" | "gateway",
  ): Pick<RoleProcessOptions, "environment" | "secrets"> {
    const { endpoint, region, bucket } = this.objects;
    const { accessKeyID, secretAccessKey } =
      role === "gateway" ? this.objects.reader : this.objects;
    const { user, password } = this.credentialsOf(role);
    return {
      environment: {
        STILLS_NATS_URL: this.natsServer.url,
        STILLS_NATS_USER: user,
        STILLS_STORE_ENDPOINT: endpoint,
        STILLS_STORE_REGION: region,
        STILLS_STORE_BUCKET: bucket,
      },
      secrets: {
        STILLS_NATS_PASSWORD_FILE: password,
        STILLS_STORE_ACCESS_KEY_ID_FILE: accessKeyID,
        STILLS_STORE_SECRET_ACCESS_KEY_FILE: secretAccessKey,
      },
    };
  }

  /** Lets another controller lead at once: the lease of a killed one would run out only after 15 seconds. */
  async expireLease(): Promise<void> {
    const { operatorNamespace: namespace } = this;
    await leases(this.transport).delete({ namespace, name: leaseName });
  }

  /** In this process; disposing it is an orderly stop. */
  startController(
    kubeconfigPath?: string,
    changes: Partial<ControllerConfig> = {},
    clock: Clock = systemClock,
  ): RunningController {
    return startController({ ...this.controllerConfig(kubeconfigPath), ...changes }, clock);
  }

  async startWorker(
    options: { pool?: string; slots?: number; behave?: Behaviour; pulls?: boolean } = {},
  ): Promise<StubWorker> {
    this.#workerCount += 1;
    const pool = options.pool ?? "default";
    return await StubWorker.start({
      ...options,
      url: this.natsServer.url,
      ...this.credentialsOf(`worker-${pool}`),
      name: `stub-${this.#workerCount}`,
    });
  }

  /** As the administrator, for pools without their own NATS user. */
  async startWorkerAs(
    user: "admin",
    options: { pool: string; slots: number; behave: Behaviour; pulls?: boolean },
  ): Promise<StubWorker> {
    this.#workerCount += 1;
    const { url, password } = this.natsServer;
    return await StubWorker.start({
      ...options,
      url,
      user,
      password,
      name: `stub-${this.#workerCount}`,
    });
  }

  /** A started connection with exactly the permissions of a user: `controller`, `gateway` or `worker-<pool>`. */
  async connect(user: string): Promise<Nats> {
    const nats = this.#connection(this.credentialsOf(user));
    await nats.start(AbortSignal.timeout(60_000));
    return nats;
  }

  credentialsOf(user: string): { user: string; password: string } {
    const found = this.natsServer.users[user];
    if (found === undefined) throw new Error(`No NATS user ${user}`);
    return found;
  }

  async createJob(
    name: string,
    spec: PartialSpec = {},
    namespace = tenant,
  ): Promise<ScreenshotJob> {
    return await this.jobs.create({
      apiVersion,
      kind: "ScreenshotJob",
      metadata: { namespace, name },
      spec: { url: "https://example.com/", ...spec },
    } as unknown as ScreenshotJob);
  }

  async createJobs(prefix: string, count: number, spec: PartialSpec = {}): Promise<string[]> {
    const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    for (let start = 0; start < count; start += 20)
      await Promise.all(names.slice(start, start + 20).map((name) => this.createJob(name, spec)));
    return names;
  }

  async job(name: string, namespace = tenant): Promise<ScreenshotJob | undefined> {
    try {
      return await this.jobs.get({ namespace, name });
    } catch (err) {
      if (isNotFound(err)) return undefined;
      throw err;
    }
  }

  /** Whether the API server would take this status; nothing is written. */
  async acceptsStatus(name: string, status: object): Promise<boolean> {
    try {
      await this.transport.request({
        method: "PATCH",
        path: `/apis/${apiVersion}/namespaces/${tenant}/screenshotjobs/${name}/status`,
        query: { dryRun: "All" },
        contentType: "application/merge-patch+json",
        body: { status },
      });
      return true;
    } catch (thrown) {
      if (thrown instanceof KubeError && thrown.status === 422) return false;
      throw thrown;
    }
  }

  async patchSpec(name: string, spec: PartialSpec): Promise<void> {
    await this.jobs.mergePatch({ namespace: tenant, name }, { spec });
  }

  async untilFinished(name: string, namespace = tenant): Promise<ScreenshotJob> {
    return await eventually(`${name} ends`, async () => {
      const job = await this.job(name, namespace);
      return job !== undefined &&
        succeeded(job)?.status !== undefined &&
        succeeded(job)?.status !== "Unknown"
        ? job
        : undefined;
    });
  }

  async untilReason(name: string, reason: string): Promise<ScreenshotJob> {
    return await eventually(`${name} says ${reason}`, async () => {
      const job = await this.job(name);
      return job !== undefined && succeeded(job)?.reason === reason ? job : undefined;
    });
  }

  async untilAllFinished(names: readonly string[]): Promise<ScreenshotJob[]> {
    return await eventually(`${names.length} jobs end`, async () => {
      const wanted = new Set(names);
      const found: ScreenshotJob[] = [];
      for await (const job of this.jobs.listAll({ namespace: tenant }))
        if (wanted.has(job.metadata.name)) found.push(job);
      const open = found.filter((job) => (succeeded(job)?.status ?? "Unknown") === "Unknown");
      return found.length === names.length && open.length === 0 ? found : undefined;
    });
  }

  #connection({ user, password }: { user: string; password: string }): Nats {
    const { url } = this.natsServer;
    const name = "test";
    return createNats({
      url,
      user,
      password,
      name,
      inboxPrefix: inboxPrefix(user, name),
      log: silentLog,
    });
  }
}

export function succeeded(job: ScreenshotJob): Condition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === "Succeeded");
}

function randomKey(): string {
  return randomBytes(32).toString("base64url");
}
