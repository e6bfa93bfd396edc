import { secrets } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { ConditionalWrites } from "../../platform/objects/conditional-writes.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import { Opener } from "../../platform/sealing/sealed-fields.ts";
import type { Accounts } from "../accounts/create-accounts.ts";
import type { ControllerConfig } from "../config.ts";
import type { Jobs } from "../jobs/create-jobs.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { CopyTicketService } from "./copy-ticket-service.ts";
import { InputTicketService } from "./input-ticket-service.ts";
import { SealedFieldReader } from "./sealed-field-reader.ts";
import { UnsealService } from "./unseal-service.ts";
import { UploadTicketService } from "./upload-ticket-service.ts";

/** What every replica does for workers; each is a part to start. */
export interface WorkerServices {
  uploadTicketService: UploadTicketService;
  copyTicketService: CopyTicketService;
  inputTicketService: InputTicketService;
  unsealService: UnsealService;
}

interface WorkerServicesDependencies {
  config: ControllerConfig;
  jobs: Jobs;
  accounts: Accounts;
  transport: KubeTransport;
  nats: Nats;
  objectStore: ObjectStore;
  conditionalWrites: ConditionalWrites;
  metrics: ControllerMetrics;
}

export async function createWorkerServices(
  dependencies: WorkerServicesDependencies,
): Promise<WorkerServices> {
  const { config, jobs, accounts, transport, nats, objectStore, conditionalWrites, metrics } =
    dependencies;
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
  const opener = await Opener.create(sealingPrivateKeys);
  const sealedFields = new SealedFieldReader({ objectStore, opener });
  const copyTicketService = new CopyTicketService({
    nats,
    jobReader: jobs.reader,
    keys: {
      accounts: accounts.client,
      secrets: secrets(transport),
      sealedFields,
      accountsNamespace: config.accountsNamespace,
      proofs: jobs.proofs,
    },
    attemptKey,
    proxyKey: config.proxyKey,
    allowsHTTP: config.storageAllowsHTTP,
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
    jobReader: jobs.reader,
    sealedFields,
    attemptKey,
    metrics,
  });
  return { uploadTicketService, copyTicketService, inputTicketService, unsealService };
}
