import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import { silentLog } from "../../../test/support/silent-log.ts";
import { UnfinishedTries } from "./unfinished-tries.ts";

const never = new AbortController().signal;

/** Jobs with nothing but their annotation, which outlives the gateways of a test. */
class Jobs {
  readonly counts = new Map<string, string | null>();
  reads = 0;

  async find({ name }: { name: string }): Promise<ScreenshotJob> {
    this.reads += 1;
    const count = this.counts.get(name);
    const written = count == null ? {} : { [annotations.unfinishedTries]: count };
    return { metadata: { uid: `uid of ${name}`, annotations: written } } as ScreenshotJob;
  }

  async mergePatch({ name }: { name: string }, patch: unknown): Promise<ScreenshotJob> {
    const { metadata } = patch as { metadata: { annotations: Record<string, string | null> } };
    this.counts.set(name, metadata.annotations[annotations.unfinishedTries] ?? null);
    return {} as ScreenshotJob;
  }
}

function aTry<Outcome>(name: string, work: () => Promise<Outcome>, deliveryCount = 2) {
  const job = { namespace: "marketing", name, uid: `uid of ${name}` };
  return { job, deliveryCount, signal: never, work };
}

/** The gateway ends meanwhile: nothing after it happens. */
const cutShort = () => new Promise<never>(() => undefined);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a first try costs neither a read nor a write", async () => {
  const jobs = new Jobs();
  const tries = new UnfinishedTries({ jobs, log: silentLog });
  assert.equal(await tries.counted(aTry("a", async () => "done", 1)), "done");
  assert.deepEqual([jobs.reads, jobs.counts.size], [0, 0]);
});

test("a try that ends takes its count back, also when it fails", async () => {
  const jobs = new Jobs();
  const tries = new UnfinishedTries({ jobs, log: silentLog });
  for (let round = 0; round < 5; round += 1)
    await tries.counted(aTry("a", async () => assert.equal(jobs.counts.get("a"), "1")));
  await assert.rejects(tries.counted(aTry("a", () => Promise.reject(new Error("no store")))));
  assert.equal(jobs.counts.get("a"), null);
});

test("after two tries that were cut short there is none, and one that ended in between counts anew", async () => {
  const jobs = new Jobs();
  const gateway = () => new UnfinishedTries({ jobs, log: silentLog });
  const lose = async (): Promise<void> => {
    void gateway().counted(aTry("a", cutShort));
    for (let round = 0; round < 5; round += 1) await turn();
  };
  await lose();
  assert.equal(await gateway().counted(aTry("a", async () => "done")), "done");
  await lose();
  await lose();
  assert.equal(jobs.counts.get("a"), "2");
  assert.equal(await gateway().counted(aTry("a", () => assert.fail("it was tried"))), undefined);
});

test("of webhooks whose last try was cut short, one is tried at a time, and others beside it", async () => {
  const jobs = new Jobs();
  jobs.counts.set("a", "1").set("b", "1");
  const tries = new UnfinishedTries({ jobs, log: silentLog });
  const ended = Promise.withResolvers<string>();
  const first = tries.counted(aTry("a", () => ended.promise));
  let isSecondTried = false;
  const second = tries.counted(aTry("b", async () => (isSecondTried = true)));
  assert.equal(await tries.counted(aTry("c", async () => "done")), "done");
  assert.deepEqual([isSecondTried, jobs.counts.get("b")], [false, "1"]);
  ended.resolve("done");
  await Promise.all([first, second]);
  assert.equal(isSecondTried, true);
});
