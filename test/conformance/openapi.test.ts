import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { GatewayConfig } from "../../src/gateway/config.ts";
import { runGateway } from "../../src/gateway/run.ts";
import { findFreePort } from "../../src/local/servers/free-port.ts";
import { systemClock } from "../../src/platform/process/clock.ts";
import type { Lifecycle, Runnable } from "../../src/platform/process/lifecycle.ts";
import { createLogger } from "../../src/platform/process/logger.ts";
import { Metrics } from "../../src/platform/process/metrics.ts";

/** `/v1/openapi.json` of a gateway as it runs, without the servers that it would connect to. */

interface Operation {
  operationId?: string;
  parameters?: { name: string; description?: string }[];
  responses: Record<string, object>;
}

interface OpenAPI {
  paths: Record<string, Record<string, Operation>>;
}

const settings: GatewayConfig = {
  probes: { host: "127.0.0.1", port: 0 },
  kubeconfigPath: undefined,
  accountsNamespace: "stills-accounts",
  className: "stills",
  nats: { url: "nats://127.0.0.1:1", user: "gateway", password: "none" },
  listen: { host: "127.0.0.1", port: await findFreePort() },
  publicURL: "https://stills.example",
  playground: true,
  linkKey: "k".repeat(32),
  jobProof: { key: "k".repeat(32), requiredFromMilliseconds: 0 },
  egressURL: "http://127.0.0.1:1",
  storageAllowsHTTP: false,
  webhooks: {
    targets: { allow: [], deny: [], clusterDomain: "cluster.local" },
    dnsServers: [],
    allowsHTTP: false,
  },
  store: {
    ...{ endpoint: "http://127.0.0.1:1", region: "us-east-1", bucket: "stills" },
    ...{ accessKeyID: "none", secretAccessKey: "none" },
  },
  limits: {
    ...{ bodyBytes: 1024, bodyBudgetBytes: 65_536, maxConnections: 8 },
    ...{ headersTimeoutSeconds: 10, receiveTimeoutSeconds: 30, leaveSeconds: 0, drainSeconds: 1 },
  },
};

const lines: string[] = [];
const metrics = new Metrics({ processMetrics: false });
let document: OpenAPI;
/** `METHOD /path` of each. */
let served: string[];

before(async () => {
  const log = createLogger({
    component: "gateway",
    level: "debug",
    destination: { write: (line) => void lines.push(line) },
  });
  await runGateway(settings, {
    ...{ log, clock: systemClock, metrics, stopping: new AbortController().signal },
    lifecycle: { run: serveOnly } as unknown as Lifecycle,
  });
});

/** Starts nothing but the HTTP server, and reads what it serves. */
async function serveOnly(parts: readonly Runnable[]): Promise<void> {
  const listener = parts.find(({ name }) => name === "HTTP server");
  assert.ok(listener);
  await listener.start(new AbortController().signal);
  try {
    const registered = lines
      .map((line) => JSON.parse(line) as { message?: string; routes?: string[] })
      .find(({ message }) => message === "Registered routes");
    served = registered?.routes ?? [];
    const { host, port } = settings.listen;
    document = (await (await fetch(`http://${host}:${port}/v1/openapi.json`)).json()) as OpenAPI;
  } finally {
    await listener.stop();
  }
}

/** Pages for people are no part of the API. */
const isPage = (route: string): boolean => / \/(docs(\/.*)?)?$/.test(route);

test("is valid", async () => {
  const { valid, errors } = await new Validator().validate({ ...document });
  assert.deepEqual([valid, errors], [true, undefined]);
  const broken = { ...document, openapi: "3.1.0", paths: { take: {} } };
  assert.equal((await new Validator().validate(broken)).valid, false);
});

test("has every route that is served, and no other", () => {
  assert.ok(served.includes("PUT /v1/inputs"), "routes in a scope of their own are known, too");
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((method) => method !== "parameters")
      .map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  assert.deepEqual(described.toSorted(), served.filter((route) => !isPage(route)).toSorted());
});

test("names each operation once, and describes its parameters and answers", () => {
  const operations = Object.values(document.paths).flatMap((path) =>
    Object.entries(path).flatMap(([method, operation]) =>
      method === "parameters" ? [] : [operation],
    ),
  );
  const names = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(names).size, names.length);
  for (const { operationId, responses, parameters = [] } of operations) {
    assert.ok(operationId);
    for (const { name, description } of parameters)
      assert.ok(description, `${operationId} ${name}`);
    assert.ok(Object.keys(responses).length > 0, operationId);
  }
});

test("every route of the API has a series of the metric of requests", async () => {
  const page = await metrics.text();
  const lacking = served
    .filter((route) => !isPage(route))
    .map((one) => one.split(" ")[1])
    .filter((route) => !page.includes(`{route="${route}"`));
  assert.deepEqual(lacking, []);
});
