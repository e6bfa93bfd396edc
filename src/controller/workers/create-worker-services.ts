import type { Nats } from "../../platform/nats/connection.ts";
import type { ConditionalWrites } from "../../platform/objects/conditional-writes.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import { Opener } from "../../platform/sealing/sealed-fields.ts";
import type { ControllerConfig } from "../config.ts";
import type { Jobs } from "../jobs/create-jobs.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { InputTicketService } from "./input-ticket-service.ts";
import { UnsealService } from "./unseal-service.ts";
import { UploadTicketService } from "./upload-ticket-service.ts";

/** What every replica does for workers. */
export interface WorkerServices {
  uploadTicketService: UploadTicketService;
  inputTicketService: InputTicketService;
  unsealService: UnsealService;
}

interface WorkerServicesDependencies {
  config: ControllerConfig;
  jobs: Jobs;
  nats: Nats;
  objectStore: ObjectStore;
  conditionalWrites: ConditionalWrites;
  metrics: ControllerMetrics;
}

export async function createWorkerServices(
  dependencies: WorkerServicesDependencies,
): Promise<WorkerServices> {
  const { config, jobs, nats, objectStore, conditionalWrites, metrics } = dependencies;
  const { attemptKey, jobProof, sealingPrivateKeys } = config;
  const uploadTicketService = new UploadTicketService({
    nats,
    objectStore,
    conditionalWrites,
    jobReader: jobs.reader,
    resultApplier: jobs.resultApplier,
    attemptKey,
    metrics,
  });
  const inputTicketService = new InputTicketService({
    nats,
    objectStore,
    jobReader: jobs.reader,
    attemptKey,
    jobProofKey: jobProof.key,
    metrics,
  });
  const unsealService = new UnsealService({
    nats,
    objectStore,
    jobReader: jobs.reader,
    opener: await Opener.create(sealingPrivateKeys),
    attemptKey,
    metrics,
  });
  return { uploadTicketService, inputTicketService, unsealService };
}
