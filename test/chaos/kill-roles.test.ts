import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { HeldPages } from "../support/held-pages.ts";
import { LocalStills } from "../support/local-stills.ts";
import { JobWatch, type EndedJob } from "../support/job-watch.ts";

/**
 * A hundred jobs and five kills, each while the killed process has work in flight: the site holds the pages' answers back until the
 * process is dead. A rule of the API keeps a job from ending twice, so whether work was done twice is seen elsewhere: in the pages that
 * the site was asked for, in the bytes of the pictures, and in what a watch has seen.
 */

const jobCount = 100;
const killCount = 5;
/** Few enough that most jobs are unfinished at the last kill. */
const answersBetweenKills = 10;
const siteAddress = "127.0.53.2";

let stills: LocalStills;
let pages: HeldPages;

before(async () => {
  pages = await HeldPages.start(siteAddress);
  stills = await LocalStills.start({
    env: { STILLS_EGRESS_ALLOW_CIDRS: `${siteAddress}/32:${pages.port}` },
  });
});

after(async () => {
  await stills?.stop();
  await pages?.stop();
});

for (const role of ["worker", "egress", "controller", "nats-server"])
  test(`SIGKILL of ${role} ${killCount} times during ${jobCount} jobs loses none and finishes none twice`, async (t) => {
    const prefix = `kill-${role}`;
    pages.holdAll();
    await using watch = await JobWatch.start(stills, prefix);
    await stills.apply(jobs(prefix));

    /** Answered, and without an outcome when a process was killed: only these may be captured again. */
    let atRisk = 0;
    for (let kill = 1; kill <= killCount; kill++) {
      await eventually(`pages are being captured before kill ${kill}`, () => pages.open > 0);
      const victim = await victimOf(role);
      const open = pages.open;
      atRisk += answeredPages(prefix) - watch.finished;
      const replacement = await stills.killAndAwaitReplacement(role, victim);
      t.diagnostic(`kill ${kill}: ${role} ${victim} -> ${replacement}, ${open} pages in flight`);
      const wanted = watch.finished + answersBetweenKills / 2;
      pages.allow(answersBetweenKills);
      await eventually(`jobs finish after kill ${kill}`, () => watch.finished >= wanted, {
        limitSeconds: 240,
      });
    }
    pages.allow(Number.POSITIVE_INFINITY);

    await eventually("all jobs have ended", () => watch.finished === jobCount, {
      limitSeconds: 600,
    });
    assert.deepEqual(watch.endedTwice, [], "every outcome was written once");
    assert.deepEqual(watch.reopened, [], "no job went on after its end");
    assert.deepEqual(watch.failures, [], "every job has a picture");
    for (const job of watch.jobs) await assertPictureThere(job);

    const repeated = answeredPages(prefix) - jobCount;
    t.diagnostic(`${repeated} of ${jobCount} pages captured again, ${atRisk} might have been`);
    assert.equal(pages.answersBelow(`/${prefix}/`).size, jobCount, "every page was captured");
    // Workers go on without a controller, so its death repeats nothing.
    const most = role === "controller" ? 0 : atRisk;
    assert.ok(repeated <= most, `${repeated} pages were captured again, ${most} might have been`);
  });

/** How many captures have got their page, repeated ones included. */
function answeredPages(prefix: string): number {
  return pages
    .answersBelow(`/${prefix}/`)
    .values()
    .reduce((sum, count) => sum + count, 0);
}

function jobs(prefix: string): string {
  return Array.from(
    { length: jobCount },
    (_, index) => `---
apiVersion: stills.dev/v1alpha1
kind: ScreenshotJob
metadata: {name: ${prefix}-${index}, namespace: screenshots}
spec: {url: "http://${siteAddress}:${pages.port}/${prefix}/${index}", viewport: {widthPixels: 320, heightPixels: 200}, activeDeadlineSeconds: 600}
`,
  ).join("");
}

/** The process to kill; of the controllers the leader, by its own metrics. */
async function victimOf(role: string): Promise<number> {
  const { pids, metricsURLs } = await stills.coordinates();
  const candidates = pids[role] ?? [];
  if (role !== "controller") return must(candidates[0], `running ${role}`);
  const leader = await eventually("a controller leads", async () => {
    const pages = await Promise.all(
      (metricsURLs[role] ?? []).map(async (url) => (await fetch(url)).text()),
    );
    const pid = candidates[pages.findIndex((page) => /^stills_leader 1$/m.test(page))];
    return pid !== undefined && { pid };
  });
  return leader.pid;
}

async function assertPictureThere({ location, sizeBytes, digest }: EndedJob): Promise<void> {
  const response = await fetch(location);
  assert.equal(response.status, 200, location);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(bytes.length, sizeBytes, location);
  assert.equal(`sha256:${createHash("sha256").update(bytes).digest("hex")}`, digest, location);
}

function must<T>(value: T | undefined, what: string): T {
  assert.ok(value !== undefined, `there is no ${what}`);
  return value;
}
