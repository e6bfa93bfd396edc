import { randomBytes } from "node:crypto";
import { JobProofs } from "../core/tokens/job-proof.ts";
import type { ObjectStore } from "../platform/objects/object-store.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import { Probes } from "../platform/process/probes.ts";
import { createAccounts } from "./accounts/create-accounts.ts";
import type { GatewayConfig } from "./config.ts";
import { createBulk } from "./bulk/create-bulk.ts";
import { createConnections } from "./connections.ts";
import { createDocs } from "./docs/create-docs.ts";
import { gatewayHealth } from "./health.ts";
import { createGatewayListener } from "./http/create-listener.ts";
import { createInputs } from "./inputs/create-inputs.ts";
import { createJobs } from "./jobs/create-jobs.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { BucketMonitor } from "./take/bucket-monitor.ts";
import { createTake } from "./take/create-take.ts";
import { createWebhooks } from "./webhooks/create-webhooks.ts";

/** Runs one replica of the gateway until it is stopped: creates a job for each call and answers with its picture. */
export async function runGateway(config: GatewayConfig, context: ProcessContext): Promise<void> {
  const { log, clock } = context;
  const gatewayID = randomBytes(8).toString("hex");
  const metrics = createGatewayMetrics(context.metrics);

  const connections = createConnections(config, gatewayID, log);
  const { transport, nats, publisher, objectStore, webhookStore } = connections;
  const jobProofs = new JobProofs(config.jobProof);
  const bucketMonitor = new BucketMonitor({ objectStore, clock, log });
  const accounts = createAccounts({
    accountsNamespace: config.accountsNamespace,
    transport,
    nats,
    publisher,
    bucketMonitor,
    clock,
    log,
  });
  const { accountDirectory, admissionControl } = accounts;
  const delivery = { config, nats, publisher, webhookStore, metrics, clock, log };
  const { webhookURLValidator, webhookDispatcher } = createWebhooks(delivery);
  const jobs = createJobs({ config, transport, accountDirectory, admissionControl, jobProofs });
  const inputs = createInputs({ nats, accountDirectory, jobProofKey: config.jobProof.key });
  const take = await createTake({
    config,
    gatewayID,
    accountDirectory,
    admissionControl,
    jobClient: jobs.jobClient,
    jobInputs: inputs.jobInputs,
    jobProofs,
    webhookURLValidator,
    bucketMonitor,
    objectStore,
    publisher,
    metrics,
    clock,
    log,
  });
  const bulk = createBulk({ config, takes: take.takes, accountDirectory, log });
  const docs = createDocs(config);
  const features = [take, bulk, jobs, accounts, inputs, docs];
  const routes = features.map((feature) => feature.routes);
  const listener = createGatewayListener({ config, routes, accountDirectory, metrics, log });
  const probes = new Probes(config.probes, context, [gatewayHealth(nats, listener)]);

  await context.lifecycle.run([
    probes,
    transport,
    nats,
    accountDirectory,
    take.pendingRequests,
    admissionControl,
    closeOnly("object store", objectStore),
    closeOnly("object store of webhooks", webhookStore),
    bucketMonitor,
    webhookDispatcher,
    listener,
  ]);
}

/** A client that opens its connections when it is used. */
function closeOnly(name: string, store: ObjectStore): Runnable {
  return { name, start: async () => undefined, stop: async () => store.close() };
}
