import { readFile } from "node:fs/promises";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import { ChildSupervisor } from "./child-supervisor.ts";
import { controllerUserName, gatewayUserName, setUpCluster } from "./cluster-setup.ts";
import type { LocalConfig } from "./config.ts";
import { removeCoordinates, writeCoordinates } from "./coordinates.ts";
import type { LocalCoordinates } from "./coordinates.ts";
import { serveWelcomePage } from "./welcome-page.ts";
import { DataDirectory } from "./data-directory.ts";
import { bucket, createServers, findServerBinaries, natsAdmin } from "./local-servers.ts";
import { jobsNamespace } from "./local-servers.ts";
import type { LocalServers } from "./local-servers.ts";
import {
  createController,
  createEgress,
  createGateway,
  createWorker,
  gatewayURLOf,
} from "./role-processes.ts";
import { findFreePort, isFreePort } from "./servers/free-port.ts";
import type { RoleContext, RoleProcess } from "./role-processes.ts";

type Report = (line: string) => void;

const controllerReplicas = 2;
const longestFirstStartSeconds = 2 * 60 * 60;

/** The whole of Stills on one machine, with real servers; every part a child process that is kept alive. */
export class Composition implements Runnable {
  readonly name = "Stills";
  /** Programs may have to be built first. */
  readonly startTimeoutSeconds = longestFirstStartSeconds;
  readonly stopTimeoutSeconds = 120;
  readonly #config: LocalConfig;
  readonly #report: Report;
  readonly #opened = new AsyncDisposableStack();
  readonly #keeper: ChildSupervisor;
  #folder: DataDirectory | undefined;
  #coordinates: LocalCoordinates | undefined;
  #welcomePageURL = "";

  constructor(config: LocalConfig, report: Report) {
    this.#config = config;
    this.#report = report;
    this.#keeper = new ChildSupervisor(report, () => this.#publish());
  }

  /** Once started. */
  get coordinates(): LocalCoordinates {
    if (this.#coordinates === undefined) throw new Error("The composition has not started");
    return this.#coordinates;
  }

  get welcomePageURL(): string {
    return this.#welcomePageURL;
  }

  async start(signal: AbortSignal): Promise<void> {
    try {
      await this.#startAll(signal);
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
  }

  /** In reverse: roles first, so that workers can hand back what they hold. */
  async stop(): Promise<void> {
    await this.#keeper.stop();
    // Not where another composition holds the folder.
    if (this.#folder !== undefined) await removeCoordinates(this.#folder.path);
    await this.#opened.disposeAsync();
  }

  async #startAll(signal: AbortSignal): Promise<void> {
    const folder = this.#opened.use(await DataDirectory.open(this.#config.directory));
    this.#folder = folder;
    const gatewayPort = await this.#gatewayPort();
    const binaries = await findServerBinaries(this.#report, signal);
    const servers = await createServers(folder, binaries);
    await this.#startServers(servers, signal);
    await this.#prepareCluster(servers, folder, signal);
    const page = this.#opened.use(await serveWelcomePage());
    this.#welcomePageURL = page.url;
    const allowCIDRs = [page.allowCIDR, ...this.#config.egressAllowCIDRs];
    const places = { allowCIDRs, gatewayPort };
    const roles = await this.#startRoles({ folder, servers }, places, signal);
    this.#coordinates = await describe(servers, roles, gatewayURLOf(gatewayPort));
    await this.#publish();
  }

  /** Said before anything is started, in the words of whoever starts it. */
  async #gatewayPort(): Promise<number> {
    const { gatewayPort } = this.#config;
    if (gatewayPort === 0) return await findFreePort();
    if (await isFreePort(gatewayPort)) return gatewayPort;
    throw new Error(
      `Port ${gatewayPort}, where the gateway would listen, is in use; end what holds it, or set STILLS_LOCAL_PORT to another port (0: any free one)`,
    );
  }

  async #startServers(servers: LocalServers, signal: AbortSignal): Promise<void> {
    const { kube, nats, objects } = servers;
    this.#report("Starting etcd, kube-apiserver, nats-server and versitygw");
    await Promise.all([
      this.#startChild("etcd", kube.etcd, signal).then(() =>
        this.#startChild("kube-apiserver", kube.server, signal),
      ),
      this.#startChild("nats-server", nats.process, signal),
      this.#startChild("versitygw", objects.process, signal, (stop) => objects.start(stop)),
    ]);
  }

  async #prepareCluster(
    servers: LocalServers,
    folder: DataDirectory,
    signal: AbortSignal,
  ): Promise<void> {
    this.#report("Applying the CustomResourceDefinitions, a BrowserPool and an Account");
    const transport = new KubeTransport(kubeCredentials(servers.kube.adminKubeconfig));
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(120_000)]);
      await setUpCluster(transport, folder, limit);
    } finally {
      await transport.close();
    }
  }

  async #startRoles(
    context: RoleContext,
    { allowCIDRs, gatewayPort }: { allowCIDRs: readonly string[]; gatewayPort: number },
    signal: AbortSignal,
  ): Promise<RoleProcess[]> {
    const { workers } = this.#config;
    this.#report(
      `Starting ${controllerReplicas} controllers, the gateway, the egress proxy and ${workers} workers`,
    );
    const { kube } = context.servers;
    const kubeconfig = await kube.issueKubeconfig({ name: controllerUserName });
    const gatewayURL = gatewayURLOf(gatewayPort);
    const controllers = await createEach(controllerReplicas, (number) =>
      createController(context, number, { kubeconfig, gatewayURL }),
    );
    const egress = await createEgress(context, allowCIDRs);
    const gateway = await createGateway(context, {
      kubeconfig: await kube.issueKubeconfig({ name: gatewayUserName }),
      port: gatewayPort,
      proxyURL: egress.proxyURL,
      allowCIDRs,
    });
    const workerProcesses = await createEach(workers, (number) =>
      createWorker(context, number, egress.proxyURL),
    );
    // Controllers make the streams that workers pull from.
    for (const group of [
      [...controllers, egress],
      [...workerProcesses, gateway],
    ])
      await Promise.all(group.map(({ role, process }) => this.#startChild(role, process, signal)));
    return [...controllers, gateway, egress, ...workerProcesses];
  }

  async #startChild(
    kind: string,
    process: RoleProcess["process"],
    signal: AbortSignal,
    start = (stop: AbortSignal): Promise<void> => process.start(stop),
  ): Promise<void> {
    this.#opened.defer(() => process.stop());
    await start(signal);
    this.#keeper.keep({ kind, process, start });
  }

  async #publish(): Promise<void> {
    if (this.#coordinates === undefined) return;
    this.#coordinates = { ...this.#coordinates, pids: this.#keeper.pids };
    await writeCoordinates(this.#config.directory, this.#coordinates);
  }
}

async function createEach<Made>(
  count: number,
  create: (number: number) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (let number = 1; number <= count; number++) made.push(await create(number));
  return made;
}

async function describe(
  { kube, nats, objects, binaries, secrets }: LocalServers,
  roles: readonly RoleProcess[],
  gatewayURL: string,
): Promise<LocalCoordinates> {
  const metricsURLs: Record<string, string[]> = {};
  for (const { role, metricsURL } of roles) (metricsURLs[role] ??= []).push(metricsURL);
  return {
    gatewayURL,
    accessKey: await readFile(secrets.accountAccessKeyFile, "utf8"),
    secretKey: await readFile(secrets.accountSecretKeyFile, "utf8"),
    kubeconfig: kube.adminKubeconfig,
    kubectl: binaries.kubectl,
    namespace: jobsNamespace,
    natsURL: nats.url,
    natsUser: natsAdmin,
    natsPasswordFile: secrets.natsAdminPasswordFile,
    objects: {
      endpoint: objects.endpoint,
      region: objects.region,
      bucket,
      accessKeyID: await readFile(secrets.storeAccessKeyIDFile, "utf8"),
      secretAccessKey: await readFile(secrets.storeSecretAccessKeyFile, "utf8"),
    },
    metricsURLs,
    pids: {},
  };
}
