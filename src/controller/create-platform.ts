import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { inboxPrefix } from "../api/rights/nats-permissions.ts";
import { reportingController } from "../api/settings/kubernetes-names.ts";
import { EventRecorder } from "../platform/kube/event-recorder.ts";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { createKubeMetrics } from "../platform/kube/kube-metrics.ts";
import type { KubeMetrics } from "../platform/kube/kube-metrics.ts";
import {
  accountType,
  browserPoolType,
  deploymentType,
  podType,
  screenshotJobType,
} from "../platform/kube/resources.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import { createNats, patientFirstConnectSeconds } from "../platform/nats/connection.ts";
import type { Nats } from "../platform/nats/connection.ts";
import { Publisher } from "../platform/nats/publisher.ts";
import { ConditionalWrites } from "../platform/objects/conditional-writes.ts";
import { createObjectStore } from "../platform/objects/object-store.ts";
import type { ObjectStore } from "../platform/objects/object-store.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import type { ControllerConfig } from "./config.ts";
import { queueNames } from "./create-queues.ts";
import { ObjectStoreMonitor } from "./object-store-monitor.ts";

/** The connections of one replica to the API server, NATS and the object store. */
export interface Platform {
  /** Unique to this process: in the lease, in Events and in the NATS server's monitoring. */
  identity: string;
  transport: KubeTransport;
  kubeMetrics: KubeMetrics;
  events: EventRecorder;
  nats: Nats;
  publisher: Publisher;
  objectStore: ObjectStore;
  /** For reading whole pictures: these hold a connection for long, of which a client has fifty. */
  pictureStore: ObjectStore;
  /** Known after the first checks of the monitor. */
  conditionalWrites: ConditionalWrites;
  objectStoreMonitor: ObjectStoreMonitor;
}

const watchedTypes = [screenshotJobType, browserPoolType, accountType, deploymentType, podType];

/** Nothing is opened before the lifecycle starts the parts. */
export function createPlatform(config: ControllerConfig, context: ProcessContext): Platform {
  const { clock, log } = context;
  const identity = `${hostname()}_${randomBytes(4).toString("hex")}`;
  const kubeMetrics = createKubeMetrics(context.metrics, {
    resources: watchedTypes.map(({ plural }) => plural),
    queues: [...queueNames],
  });
  const transport = new KubeTransport(kubeCredentials(config.kubeconfigPath), {
    metrics: kubeMetrics,
  });
  const nats = createNats({
    ...config.nats,
    name: `controller ${identity}`,
    inboxPrefix: inboxPrefix(config.nats.user, identity),
    firstConnectTimeoutSeconds: patientFirstConnectSeconds,
    log,
  });
  const events = new EventRecorder({
    transport,
    reportingController,
    reportingInstance: identity,
    metrics: kubeMetrics,
    clock,
    log,
  });
  const objectStore = createObjectStore(config.store);
  const pictureStore = createObjectStore(config.store);
  const { endpoint } = config.store;
  const conditionalWrites = new ConditionalWrites(objectStore);
  const objectStoreMonitor = new ObjectStoreMonitor({
    objectStore,
    conditionalWrites,
    endpoint,
    clock,
    log,
  });
  return {
    identity,
    transport,
    kubeMetrics,
    events,
    nats,
    publisher: new Publisher(nats),
    objectStore,
    pictureStore,
    conditionalWrites,
    objectStoreMonitor,
  };
}
