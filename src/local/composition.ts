import { readFile } from "node:fs/promises";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import { ChildSupervisor } from "./child-supervisor.ts";
import type { Child } from "./child-supervisor.ts";
import { setUpCluster } from "./cluster-setup.ts";
import type { LocalConfig } from "./config.ts";
import { CoordinatesFile } from "./coordinates.ts";
import type { LocalCoordinates } from "./coordinates.ts";
import { controllerReplicas, createRoles } from "./create-roles.ts";
import type { LocalRoles } from "./create-roles.ts";
import { DataDirectory } from "./data-directory.ts";
import {
  bucket,
  createServers,
  findServerBinaries,
  jobsNamespace,
  natsAdmin,
} from "./local-servers.ts";
import type { LocalServers } from "./local-servers.ts";
import { findFreePort, isFreePort } from "./servers/free-port.ts";
import { serveWelcomePage } from "./welcome-page.ts";
import { Deadline } from "../platform/process/deadline.ts";

type Report = (line: string) => void;

/** Binaries may have to be built first, on a slow machine. */
const firstStartSeconds = 2 * 60 * 60;
const setupTimeoutMilliseconds = 120_000;

/** All of Stills on one machine, with real servers: each part is a child process that is restarted when it exits. */
export class Composition implements Runnable {
  readonly name = "Stills";
  readonly startTimeoutSeconds = firstStartSeconds;
  readonly stopTimeoutSeconds = 120;
  readonly #config: LocalConfig;
  readonly #report: Report;
  readonly #coordinatesFile: CoordinatesFile;
  readonly #supervisor: ChildSupervisor;
  /** What `stop` closes, the last first: roles before servers, so that workers can return what they hold. */
  readonly #opened = new AsyncDisposableStack();
  #welcomePageURL = "";

  constructor(config: LocalConfig, report: Report) {
    const coordinatesFile = new CoordinatesFile(config.directory);
    this.#config = config;
    this.#report = report;
    this.#coordinatesFile = coordinatesFile;
    this.#supervisor = new ChildSupervisor({
      report,
      onRestart: (pids) => coordinatesFile.writePIDs(pids),
    });
  }

  /** Throws before `start` has resolved. */
  get coordinates(): LocalCoordinates {
    return this.#coordinatesFile.current;
  }

  /** Empty before `start` has resolved. */
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

  async stop(): Promise<void> {
    await this.#supervisor.stop();
    await this.#opened.disposeAsync();
  }

  async #startAll(signal: AbortSignal): Promise<void> {
    const directory = this.#opened.use(await DataDirectory.open(this.#config.directory));
    // A process that was killed leaves its file behind.
    await this.#coordinatesFile.remove();
    const gatewayPort = await this.#gatewayPort();
    const binaries = await findServerBinaries(this.#report, signal);
    const servers = await createServers(directory, binaries, this.#config.workers);
    await this.#startServers(servers, signal);
    await this.#prepareCluster(servers, directory, signal);
    const page = this.#opened.use(await serveWelcomePage());
    const roles = await createRoles({
      directory,
      servers,
      gatewayPort,
      allowCIDRs: [page.allowCIDR, ...this.#config.egressAllowCIDRs],
    });
    await this.#startRoles(roles, signal);
    this.#welcomePageURL = page.url;
    this.#opened.defer(() => this.#coordinatesFile.remove());
    await this.#coordinatesFile.write(await this.#describe(servers, roles));
  }

  /** Checked before anything is started, because the user has to resolve it. */
  async #gatewayPort(): Promise<number> {
    const { gatewayPort } = this.#config;
    if (gatewayPort === 0) return await findFreePort();
    if (await isFreePort(gatewayPort)) return gatewayPort;
    throw new Error(
      `Port ${gatewayPort} of the gateway is in use; stop the process that listens there, or set STILLS_LOCAL_PORT to another port (0: any free one)`,
    );
  }

  async #startServers({ kube, nats, objects }: LocalServers, signal: AbortSignal): Promise<void> {
    this.#report("Starting etcd, kube-apiserver, nats-server and versitygw");
    await Promise.all([
      this.#startChild(childOf("etcd", kube.etcd), signal).then(() =>
        this.#startChild(childOf("kube-apiserver", kube.server), signal),
      ),
      this.#startChild(childOf("nats-server", nats.process), signal),
      this.#startChild(
        { kind: "versitygw", process: objects.process, start: (stop) => objects.start(stop) },
        signal,
      ),
    ]);
  }

  async #prepareCluster(
    servers: LocalServers,
    directory: DataDirectory,
    signal: AbortSignal,
  ): Promise<void> {
    this.#report("Applying the CustomResourceDefinitions, a BrowserPool and an Account");
    const transport = new KubeTransport(kubeCredentials(servers.kube.adminKubeconfig));
    try {
      using deadline = new Deadline({ milliseconds: setupTimeoutMilliseconds, parents: [signal] });
      await setUpCluster(transport, directory, deadline.signal);
    } finally {
      await transport.close();
    }
  }

  async #startRoles(roles: LocalRoles, signal: AbortSignal): Promise<void> {
    const { controllers, egress, gateway, workers } = roles;
    this.#report(
      `Starting ${controllerReplicas} controllers, the gateway, the egress proxy and ${workers.length} workers`,
    );
    // Controllers create the streams that workers pull from.
    for (const group of [
      [...controllers, egress],
      [...workers, gateway],
    ])
      await Promise.all(
        group.map(({ role, process }) => this.#startChild(childOf(role, process), signal)),
      );
  }

  async #startChild(child: Child, signal: AbortSignal): Promise<void> {
    this.#opened.defer(() => child.process.stop());
    await this.#supervisor.start(child, signal);
  }

  async #describe(servers: LocalServers, roles: LocalRoles): Promise<LocalCoordinates> {
    const { kube, nats, objects, binaries, secrets } = servers;
    const { gatewayURL, controllers, gateway, egress, workers } = roles;
    const metricsURLs: Record<string, string[]> = {};
    for (const { role, metricsURL } of [...controllers, gateway, egress, ...workers])
      (metricsURLs[role] ??= []).push(metricsURL);
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
      pids: this.#supervisor.pids,
    };
  }
}

function childOf(kind: string, process: Child["process"]): Child {
  return { kind, process, start: (signal) => process.start(signal) };
}
