import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import { Sealer } from "../../platform/sealing/sealed-fields.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import type { AdmissionControl } from "../accounts/admission-control.ts";
import type { GatewayConfig } from "../config.ts";
import type { RegisterRoutes } from "../http/create-listener.ts";
import type { JobInputs } from "../inputs/job-inputs.ts";
import type { JobClient } from "../jobs/job-client.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { WebhookURLValidator } from "../webhooks/webhook-url-validator.ts";
import type { BucketMonitor } from "./bucket-monitor.ts";
import { CacheEntries } from "./cache-entries.ts";
import { CachedPictures } from "./cached-pictures.ts";
import { CachedTakes } from "./cached-takes.ts";
import { CallRecords } from "./call-records.ts";
import { JobWaiter } from "./job-waiter.ts";
import { PendingRequests } from "./pending-requests.ts";
import { registerPictureRoutes } from "./picture-routes.ts";
import { registerSliceRoutes } from "./slice-routes.ts";
import { registerTakeRoutes } from "./take-routes.ts";
import { TakeService, type Takes } from "./take-service.ts";

interface TakeDependencies {
  config: Pick<
    GatewayConfig,
    "className" | "publicURL" | "linkKey" | "sealingPublicKey" | "storageAllowsHTTP" | "webhooks"
  >;
  /** Part of the subject that workers send pictures to. */
  gatewayID: string;
  accountDirectory: AccountDirectory;
  admissionControl: AdmissionControl;
  jobClient: JobClient;
  jobProofs: JobProofs;
  jobInputs: JobInputs;
  webhookURLValidator: WebhookURLValidator;
  bucketMonitor: BucketMonitor;
  objectStore: ObjectStore;
  publisher: Publisher;
  metrics: GatewayMetrics;
  clock: Clock;
  log: Logger;
}

export interface Take {
  /** To be started before the routes are served. */
  pendingRequests: PendingRequests;
  takes: Takes;
  routes: RegisterRoutes;
}

/** `/take` and the links to stored pictures. */
export async function createTake(dependencies: TakeDependencies): Promise<Take> {
  const { config, gatewayID, accountDirectory, admissionControl } = dependencies;
  const {
    jobClient,
    jobProofs,
    jobInputs,
    webhookURLValidator,
    bucketMonitor,
    objectStore,
    publisher,
  } = dependencies;
  const { metrics, clock, log } = dependencies;
  const { publicURL, linkKey, sealingPublicKey } = config;
  const sealer = sealingPublicKey === undefined ? undefined : await Sealer.create(sealingPublicKey);
  const pendingRequests = new PendingRequests({ gatewayID, publisher, metrics, log });
  const takeService = new TakeService({
    webhookURLValidator,
    admissionControl,
    jobClient,
    jobWaiter: new JobWaiter(jobClient, clock),
    jobKeys: {
      className: config.className,
      digestKey: linkKey,
      sealer,
      proofs: jobProofs,
      inputs: jobInputs,
    },
    bucketMonitor,
    pendingRequests,
    callRecords: new CallRecords({ objectStore, clock }),
    objectStore,
    storageRules: {
      operatorBucket: objectStore.bucket,
      allowsHTTP: config.storageAllowsHTTP,
      targets: config.webhooks.targets,
    },
    clock,
  });
  const takes = new CachedTakes({
    takes: takeService,
    cacheEntries: new CacheEntries({ objectStore, clock }),
    cachedPictures: new CachedPictures({ objectStore, clock }),
    digestKey: linkKey,
    metrics,
    log,
  });
  return {
    pendingRequests,
    takes,
    routes: (app) => {
      const links = { publicURL, linkKey };
      registerTakeRoutes(app, { takes, accountDirectory, links });
      registerSliceRoutes(app, { clock, links });
      registerPictureRoutes(app, { objectStore, clock, linkKey });
    },
  };
}
