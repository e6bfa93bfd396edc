import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { GatewayConfig } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { ReceiverPost } from "./receiver-post.ts";
import { WebhookDispatcher } from "./webhook-dispatcher.ts";
import { WebhookSender } from "./webhook-sender.ts";
import { WebhookURLValidator } from "./webhook-url-validator.ts";

export interface WebhooksDependencies {
  config: Pick<GatewayConfig, "webhooks" | "egressURL">;
  nats: Nats;
  publisher: Publisher;
  webhookStore: ObjectStore;
  metrics: Pick<GatewayMetrics, "delivered">;
  clock: Clock;
  log: Logger;
}

export interface Webhooks {
  webhookURLValidator: WebhookURLValidator;
  webhookDispatcher: WebhookDispatcher;
}

/** Validates webhook URLs of calls and delivers the webhooks that the controller has published. */
export function createWebhooks(dependencies: WebhooksDependencies): Webhooks {
  const { config, nats, publisher, webhookStore, metrics, clock, log } = dependencies;
  const { webhooks: rules, egressURL } = config;
  const random = Math.random;
  const { allowsHTTP } = rules;
  const receiverPost = new ReceiverPost({ webhookStore, egressURL, allowsHTTP, clock, log });
  const sender = new WebhookSender({ nats, receiverPost, clock, random });
  return {
    webhookURLValidator: new WebhookURLValidator(rules, clock),
    webhookDispatcher: new WebhookDispatcher({
      nats,
      publisher,
      sender,
      metrics,
      clock,
      log,
      random,
    }),
  };
}
