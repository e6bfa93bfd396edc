import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./clock.ts";
import { EnvReader } from "./env.ts";
import type { ProcessContext } from "./process-context.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createLogger } from "./logger.ts";
import { Metrics } from "./metrics.ts";
import { Probes, readProbesConfig } from "./probes.ts";

function testHost(): ProcessContext {
  const log = createLogger({ component: "test", level: "silent" });
  const lifecycle = new Lifecycle(log);
  const metrics = new Metrics({ processMetrics: false });
  return { log, clock: systemClock, metrics, lifecycle, stopping: lifecycle.stopping };
}

const config = { host: "127.0.0.1", port: 0 };
const signal = new AbortController().signal;

test("probes tell what is wrong, and not ready once the process stops", async () => {
  const host = testHost();
  host.metrics.counter({ name: "stills_things_total", help: "Things." });
  let problem: string | undefined = "no connection";
  const probes = new Probes(config, host, [{ name: "nats", readyProblem: () => problem }]);
  await probes.start(signal);
  try {
    const read = async (path: string) => {
      const response = await fetch(probes.url + path);
      return [response.status, await response.text()] as const;
    };
    assert.deepEqual(await read("/livez"), [200, "ok\n"]);
    assert.deepEqual(await read("/readyz"), [503, "nats: no connection\n"]);
    problem = undefined;
    assert.deepEqual(await read("/readyz"), [200, "ok\n"]);
    const [status, page] = await read("/metrics");
    assert.equal(status, 200);
    assert.ok(page.includes("stills_things_total 0"));
    assert.equal((await read("/other"))[0], 404);
    host.lifecycle.stop("enough");
    assert.deepEqual(await read("/readyz"), [503, "process: it is stopping\n"]);
  } finally {
    await probes.stop();
  }
});

test("a taken port is a sentence that names the setting", async () => {
  const first = new Probes(config, testHost(), []);
  await first.start(signal);
  try {
    const second = new Probes({ host: "127.0.0.1", port: first.port }, testHost(), []);
    await assert.rejects(
      second.start(signal),
      /^Error: Port \d+ of 127.0.0.1 is taken by another process; set STILLS_METRICS_PORT/,
    );
  } finally {
    await first.stop();
  }
});

test("the port defaults to 9090 and may be 0", () => {
  assert.deepEqual(readProbesConfig(new EnvReader({})), { host: "0.0.0.0", port: 9090 });
  assert.equal(readProbesConfig(new EnvReader({ STILLS_METRICS_PORT: "0" })).port, 0);
});
