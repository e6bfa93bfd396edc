import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import type { ControllerMetrics } from "../metrics.ts";
import type { NatsRepair } from "../nats-repair.ts";
import { DeliveryOutbox } from "./delivery-outbox.ts";
import type { DeliveryOutcomeApplier } from "./delivery-outcome-applier.ts";
import { LostDeliveryDetector } from "./lost-delivery-detector.ts";

/** What has the webhooks of finished jobs delivered. Leader only. */
export interface WebhookController {
  outbox: DeliveryOutbox;
  lostDeliveryDetector: LostDeliveryDetector;
}

interface WebhookControllerDependencies {
  config: ControllerConfig;
  jobReader: JobReader;
  outcomeApplier: DeliveryOutcomeApplier;
  repair: NatsRepair;
  nats: Nats;
  publisher: Publisher;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}

export function createWebhookController(
  dependencies: WebhookControllerDependencies,
): WebhookController {
  const { config, jobReader, outcomeApplier, repair, nats, publisher } = dependencies;
  const { metrics, clock, log } = dependencies;
  const { attemptKey, proxyKey, webhooks } = config;
  const outbox = new DeliveryOutbox({
    publisher,
    jobReader,
    keys: { attemptKey, proxyKey, webhooks },
    repair,
    metrics,
    clock,
    log,
  });
  const lostDeliveryDetector = new LostDeliveryDetector({
    nats,
    outbox,
    outcomeApplier,
    metrics,
    clock,
    log,
  });
  return { outbox, lostDeliveryDetector };
}
