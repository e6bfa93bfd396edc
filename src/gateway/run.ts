import { randomBytes } from "node:crypto";
import { inboxPrefix } from "../api/rights/nats-permissions.ts";
import { HTTPListener } from "../platform/http/http-app.ts";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { screenshotJobs } from "../platform/kube/resources.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import { createNats } from "../platform/nats/connection.ts";
import { Publisher } from "../platform/nats/publisher.ts";
import { createObjectStore } from "../platform/objects/object-store.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import { Probes } from "../platform/process/probes.ts";
import { Sealer } from "../platform/sealing/sealed-fields.ts";
import { AccountDirectory } from "./accounts/account-directory.ts";
import { BucketWatch } from "./take/bucket-watch.ts";
import type { GatewayConfig } from "./config.ts";
import { AdmissionControl } from "./accounts/admission-control.ts";
import { JobClient } from "./jobs/job-client.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { createGatewayServer } from "./server.ts";
import { TakeService } from "./take/take-service.ts";
import { PendingRequests } from "./take/pending-requests.ts";
import { WebhookGuard } from "./webhooks/webhook-guard.ts";
import { WebhookLoop } from "./webhooks/webhook-loop.ts";
import { WebhookSender } from "./webhooks/webhook-sender.ts";

/** One replica of the gateway, until it is stopped: HTTP in, ScreenshotJobs out, pictures back. */
export async function runGateway(config: GatewayConfig, host: ProcessContext): Promise<void> {
  const { log, clock } = host;
  const { operatorNamespace, publicURL, linkKey, limits } = config;
  const gateway = randomBytes(8).toString("hex");

  const transport = new KubeTransport(kubeCredentials(config.kubeconfigPath));
  const nats = createNats({
    ...natsOptions(config, gateway),
    log,
  });
  const publisher = new Publisher(nats);
  const store = createObjectStore(config.store);
  const accounts = new AccountDirectory({ transport, operatorNamespace, clock, log });
  const waiters = new PendingRequests(gateway, publisher, log);
  const metrics = createGatewayMetrics(host.metrics, () => waiters.size);
  const desk = new JobClient(screenshotJobs(transport));
  const bucket = new BucketWatch({ store, clock, log });
  const doorkeeper = new AdmissionControl({ nats, publisher, bucket, clock });
  const { sealingPublicKey } = config;
  const sealer = sealingPublicKey === undefined ? undefined : await Sealer.create(sealingPublicKey);
  const service = new TakeService({
    webhookGuard: new WebhookGuard(config.webhooks),
    ...{ gateway, desk, doorkeeper, bucket, waiters, store, clock, sealer },
    digestKey: linkKey,
  });
  const sender = new WebhookSender({
    ...{ nats, store, clock, log, egressURL: config.egressURL },
    allowsHTTP: config.webhooks.allowsHTTP,
    random: Math.random,
  });
  const webhooks = new WebhookLoop({
    ...{ nats, publisher, sender, clock, log },
    random: Math.random,
    delivered: (outcome) => metrics.delivered(outcome),
  });
  const app = createGatewayServer({
    ...{ service, accounts, desk, doorkeeper, store, clock, log, publicURL, linkKey, limits },
    answers: { publicURL, linkKey },
    answered: (route, status, seconds) => metrics.answered(route, status, seconds),
  });
  const { leaveSeconds, drainSeconds } = limits;
  const listener = new HTTPListener(app, { ...config.listen, leaveSeconds, drainSeconds });
  const probes = new Probes(config.probes, host, [
    {
      name: "gateway",
      readyProblem: () => {
        if (nats.problem !== undefined) return nats.problem;
        return listener.isListening ? undefined : "the accounts have not been read yet";
      },
    },
  ]);

  await host.lifecycle.run([
    ...[probes, transport, nats, accounts, waiters, doorkeeper],
    { name: "object store", start: async () => undefined, stop: async () => store.close() },
    ...[bucket, webhooks, listener],
  ]);
}

function natsOptions({ nats }: GatewayConfig, gateway: string) {
  return { ...nats, name: `gateway ${gateway}`, inboxPrefix: inboxPrefix(nats.user, gateway) };
}
