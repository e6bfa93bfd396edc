import { secrets } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Accounts } from "../accounts/create-accounts.ts";
import type { ControllerConfig } from "../config.ts";
import type { Jobs } from "../jobs/create-jobs.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { DeliveryOutcomeApplier } from "./delivery-outcome-applier.ts";
import { WebhookSigningService } from "./webhook-signing-service.ts";

/** What every replica does about webhooks. */
export interface Webhooks {
  signingService: WebhookSigningService;
  outcomeApplier: DeliveryOutcomeApplier;
}

export interface WebhooksDependencies {
  config: ControllerConfig;
  jobs: Jobs;
  accounts: Accounts;
  transport: KubeTransport;
  nats: Nats;
  pictureStore: ObjectStore;
  metrics: ControllerMetrics;
}

export function createWebhooks(dependencies: WebhooksDependencies): Webhooks {
  const { config, jobs, accounts, transport, nats, pictureStore, metrics } = dependencies;
  const { attemptKey, accountsNamespace, webhooks: webhookConfig } = config;
  const signingService = new WebhookSigningService({
    nats,
    pictureStore,
    jobReader: jobs.reader,
    proofs: jobs.proofs,
    accounts: accounts.client,
    secrets: secrets(transport),
    accountsNamespace,
    attemptKey,
    webhookConfig,
    metrics,
  });
  const outcomeApplier = new DeliveryOutcomeApplier({
    jobReader: jobs.reader,
    jobStatusWriter: jobs.jobStatusWriter,
  });
  return { signingService, outcomeApplier };
}
