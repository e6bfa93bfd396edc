import { messageVersion } from "../../api/messages/message-version.ts";
import { bodyBytesOf, deliveryLifetimeSeconds } from "../../api/messages/delivery-messages.ts";
import type { DeliveryRequest } from "../../api/messages/delivery-messages.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { epochMilliseconds } from "../conditions.ts";
import { createDeliveryToken } from "./delivery-token.ts";
import { signProxyToken } from "../../core/tokens/proxy-token.ts";
import { webhookBodyOf } from "./webhook-body.ts";
import { webhookHeadersOf } from "./webhook-headers.ts";
import type { RequestKeys } from "../jobs/capture-request.ts";
import type { WebhookConfig } from "../config.ts";

/** A try that starts right before the end of the lifetime may still end. */
const lastTrySeconds = 60;
/** More tries than the schedule has before the longest horizon, with some for crashes. */
const maxTries = 200;
/** For TLS, headers and the part of the response that is read. */
const bytesBesidesBody = 256 * 1024;

/** The message that has a gateway deliver the webhook of a finished job. The same job always gives the same message. */
export function createDeliveryRequest(
  job: ScreenshotJob,
  { attemptKey, proxyKey, webhooks }: RequestKeys & { webhooks: WebhookConfig },
): DeliveryRequest {
  const { namespace, name, uid } = job.metadata;
  const { webhook, status } = { webhook: job.spec.webhook, status: job.status };
  const endedMilliseconds = epochMilliseconds(status?.completionTime);
  if (webhook === undefined || endedMilliseconds === undefined)
    throw new TypeError("a webhook is sent only for a finished job that asks for one");
  const body = webhookBodyOf(job, webhooks);
  return {
    version: messageVersion,
    job: { namespace, name, uid },
    deliveryToken: createDeliveryToken(attemptKey, uid),
    webhookID: uid,
    url: webhook.url,
    proxyToken: signProxyToken(
      {
        uid,
        attempt: 1,
        class: "webhook",
        limits: {
          bytes: maxTries * (bytesBesidesBody + bodyBytesOf(body)),
          requests: maxTries,
          connections: 2,
        },
        expires: Math.ceil(endedMilliseconds / 1000) + deliveryLifetimeSeconds + lastTrySeconds,
      },
      proxyKey,
    ),
    sign: mayBeSigned(job),
    headers: webhookHeadersOf(job, webhooks),
    body,
    sinceMilliseconds: endedMilliseconds,
    horizonMilliseconds: webhooks.horizonSeconds * 1000,
  };
}

/** `sign` defaults to true, also for webhooks without a key; those are not signed. */
function mayBeSigned(job: ScreenshotJob): boolean {
  const { sign, accountName, signingSecretRef } = job.spec.webhook ?? {};
  return sign === true && (accountName !== undefined || signingSecretRef !== undefined);
}
