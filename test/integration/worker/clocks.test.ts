import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { startWorld } from "./world.ts";

/** The environment of a worker whose time of day is that far ahead, or behind if negative. */
function clockAhead(seconds: number): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${new URL("clock-of-process.ts", import.meta.url).href}`,
    STILLS_TEST_CLOCK_AHEAD_SECONDS: String(seconds),
  };
}

test("a worker whose clock is 70 seconds ahead ends no job by it, takes no work and says so, until its clock is right", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const budget = { budgetMilliseconds: 60_000, notAfterMilliseconds: Date.now() + 60_000 };
  const early = await controller.request({ url: `${site.url}/` }, budget);
  const worker = await world.startWorker(clockAhead(70));
  const { message } = await controller.announced(
    "that its clock is wrong",
    ({ state, reason }) => state === "Unready" && reason === "ClockSkewed",
  );
  assert.match(message ?? "", /clock is (69|70|71) seconds ahead .* at most 2/);
  for (const result of controller.resultsOf(early)) assert.equal(result.outcome.kind, "Captured");

  process.kill(worker.pid!, "SIGUSR2");
  assert.equal((await controller.result(early)).outcome.kind, "Captured");
  const late = await controller.request({ url: `${site.url}/` }, budget);
  assert.equal((await controller.result(late)).outcome.kind, "Captured");
});

test("a worker whose clock is 70 seconds behind takes no work and says so", async () => {
  await using world = await startWorld();
  await world.startWorker(clockAhead(-70));
  const { message } = await world.controller.announced(
    "that its clock is wrong",
    ({ state, reason }) => state === "Unready" && reason === "ClockSkewed",
  );
  assert.match(message ?? "", /clock is (69|70|71) seconds behind /);
});

test("the time that a request waited on the stream counts against its budget", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const began = performance.now();
  const uid = await controller.request({ url: `${site.url}/` }, { budgetMilliseconds: 5_000 });
  await eventually("the request has waited", () => performance.now() - began > 6_000);
  await world.startWorker();
  const { outcome } = await controller.result(uid);
  assert.ok(outcome.kind === "Failed" && outcome.reason === "DeadlineExceeded");
  assert.deepEqual(site.visits, []);
});
