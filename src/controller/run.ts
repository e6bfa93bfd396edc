import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { leaseName, reportingController } from "../api/settings/keys.ts";
import { inboxPrefix } from "../api/rights/nats-permissions.ts";
import type { BrowserPool, ScreenshotJob } from "../api/kinds/resource-types.ts";
import { projectJob } from "./jobs/job-record.ts";
import type { JobRecord } from "./jobs/job-record.ts";
import { EventRecorder } from "../platform/kube/event-recorder.ts";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { createKubeMetrics } from "../platform/kube/kube-metrics.ts";
import type { KubeMetrics } from "../platform/kube/kube-metrics.ts";
import { LeaderElection } from "../platform/kube/leader-election.ts";
import { Reflector } from "../platform/kube/reflector.ts";
import {
  accounts as accountClient,
  accountType,
  browserPools,
  browserPoolType,
  deploymentType,
  namespaces,
  screenshotJobs,
  screenshotJobType,
  secrets,
} from "../platform/kube/resources.ts";
import { StatusWriter } from "../platform/kube/status-writer.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import { createNats } from "../platform/nats/connection.ts";
import { Publisher } from "../platform/nats/publisher.ts";
import { createObjectStore } from "../platform/objects/store.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";
import { Probes } from "../platform/process/probes.ts";
import { Opener } from "../platform/sealing/sealed-fields.ts";
import type { ControllerConfig } from "./config.ts";
import { createLeaderTerm } from "./create-leader-term.ts";
import { createPoolFleet } from "./pools/create-pool-fleet.ts";
import { controllerHealth } from "./health.ts";
import { DeliveryOutcomes } from "./webhooks/delivery-outcomes.ts";
import { RecentJobCache } from "./jobs/recent-job-cache.ts";
import { JobReader } from "./jobs/job-reader.ts";
import { createControllerMetrics } from "./metrics.ts";
import { UnsealService } from "./workers/unseal-service.ts";
import { projectPool } from "./pools/pool-directory.ts";
import type { PoolRecord } from "./pools/pool-directory.ts";
import { ResultApplier } from "./jobs/result-applier.ts";
import { Signatures } from "./webhooks/signatures.ts";
import { ObjectStoreMonitor } from "./object-store-monitor.ts";
import { StatusUpdates } from "./jobs/status-updates.ts";
import { UploadTicketService } from "./workers/upload-ticket-service.ts";
import { watchAccounts } from "./accounts/watched-accounts.ts";
import { WorkerRegistry } from "./pools/worker-registry.ts";

const watchedAndQueued = {
  resources: [screenshotJobType, browserPoolType, accountType, deploymentType].map(
    ({ plural }) => plural,
  ),
  queues: ["jobs", "pools", "accounts"],
};

/** One replica of the controller, until it is stopped. All replicas answer workers; the one that holds the lease leads. */
export async function runController(config: ControllerConfig, host: ProcessContext): Promise<void> {
  const { log, clock } = host;
  const { operatorNamespace, attemptKey, webhooks } = config;
  const identity = `${hostname()}_${randomBytes(4).toString("hex")}`;
  const metrics = createControllerMetrics(host.metrics);
  const kubeMetrics = createKubeMetrics(host.metrics, watchedAndQueued);
  const kube = { clock, log, metrics: kubeMetrics };

  const transport = new KubeTransport(kubeCredentials(config.kubeconfigPath), {
    metrics: kubeMetrics,
  });
  const nats = createNats({ ...natsOptions(config, identity), log });
  const { store, storeWatch } = createStore(config, host);
  const publisher = new Publisher(nats);
  const fresh = new RecentJobCache();
  const { jobs, pools } = createCaches({ ...kube, transport }, { operatorNamespace, fresh });
  const accounts = watchAccounts({ ...kube, transport }, operatorNamespace);
  const events = new EventRecorder({
    ...{ ...kube, transport, reportingController },
    reportingInstance: identity,
  });
  const client = screenshotJobs(transport);
  const writer = new StatusWriter(client, { metrics: kubeMetrics });
  const poolWriter = new StatusWriter(browserPools(transport), { metrics: kubeMetrics });
  const view = new JobReader({ jobs, client, writer, fresh });
  const updates = new StatusUpdates({ writer, publisher, events, metrics, clock, log });
  const applier = new ResultApplier({ view, updates, store, clock, log, random: Math.random });
  const deliveryOutcomes = new DeliveryOutcomes({ view, updates });
  const workers = new WorkerRegistry({ publisher, clock, log });
  const tickets = new UploadTicketService({ nats, store, view, applier, attemptKey, metrics });
  const opener = await Opener.create(config.sealingPrivateKeys);
  const plaintexts = new UnsealService({ nats, view, opener, attemptKey, metrics });
  const signatures = new Signatures({
    ...{ nats, store, view, attemptKey, webhooks, metrics, operatorNamespace },
    ...readClients(transport),
    accounts: accountClient(transport),
  });
  const pods = createPoolFleet({ ...kube, config, transport, workers });
  const term = createLeaderTerm({
    ...{ config, host, kubeMetrics, metrics, nats, publisher, store, jobs, pools, client },
    ...{ accounts, poolWriter, view, updates, applier, deliveryOutcomes, workers, pods },
    ...readClients(transport),
  });
  const election = new LeaderElection({
    ...kube,
    transport,
    namespace: operatorNamespace,
    leaseName,
    identity,
    onStartedLeading: (signal) => term.run(signal),
  });
  const health = controllerHealth({ nats, jobs, pools, storeWatch });
  const probes = new Probes(config.probes, host, [health]);

  await host.lifecycle.run([
    probes,
    closing("kube transport", () => transport.close()),
    closing("object store", async () => store.close()),
    ...[storeWatch, nats, events, jobs, pools, accounts.watch, workers, tickets, plaintexts],
    ...[signatures, ...pods.running, election],
  ]);
}

function createStore({ store: settings }: ControllerConfig, { clock, log }: ProcessContext) {
  const store = createObjectStore(settings);
  const storeWatch = new ObjectStoreMonitor({ store, endpoint: settings.endpoint, clock, log });
  return { store, storeWatch };
}

interface KubeParts {
  transport: KubeTransport;
  clock: Clock;
  log: Logger;
  metrics: KubeMetrics;
}

function createCaches(
  kube: KubeParts,
  { operatorNamespace, fresh }: { operatorNamespace: string; fresh: RecentJobCache },
) {
  const jobs = new Reflector<ScreenshotJob, JobRecord>({
    ...kube,
    type: screenshotJobType,
    project: (job) => {
      fresh.remember(job);
      return projectJob(job);
    },
  });
  const pools = new Reflector<BrowserPool, PoolRecord>({
    ...kube,
    type: browserPoolType,
    namespace: operatorNamespace,
    project: projectPool,
  });
  return { jobs, pools };
}

/** Of what is read by name when it is needed, and neither watched nor kept. */
function readClients(transport: KubeTransport) {
  return {
    secrets: secrets(transport),
    namespaces: namespaces(transport),
  };
}

function natsOptions({ nats }: ControllerConfig, identity: string) {
  return { ...nats, name: `controller ${identity}`, inboxPrefix: inboxPrefix(nats.user, identity) };
}

/** Something that opens itself when it is used and only has to be closed. */
function closing(name: string, close: () => Promise<void>): Runnable {
  return { name, start: async () => undefined, stop: close };
}
