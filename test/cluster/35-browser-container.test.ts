import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import type { ScreenshotJob } from "../../src/api/kinds/resource-types.ts";
import { eventually } from "../support/eventually.ts";
import {
  allSucceed,
  applyJobs,
  assertGreen,
  jobs,
  storedPicture,
  summaryOf,
} from "./support/jobs.ts";
import { get, runScript } from "./support/kubectl.ts";
import type { Pod } from "./support/kubectl.ts";
import { ensureRelease, operatorNamespace, podsOf, readyPod } from "./support/release.ts";
import { siteURL, stageNamespace } from "./support/stage.ts";

/** The two containers of a worker's pod: what that of Chromium has not, and what it costs when a page fills its memory. */

const socketsFolder = "/run/stills/browser";
const secretFolders = ["/var/run/stills/nats", "/var/run/secrets/kubernetes.io/serviceaccount"];
/** Outside of the JavaScript heap, which has a limit of its own; in steps, as a page with many pictures does. */
const greedyPage = `<!doctype html><title>Greedy</title><script>
  const kept = [];
  setInterval(() => kept.push(new Uint8Array(16 * 1024 ** 2).fill(1)), 20);
</script>`;

before(ensureRelease);

suite("the container of Chromium", () => {
  test("has no secret and no token, a user and a seccomp profile of its own, and may not write to what it shares", async () => {
    const browser = await view("chromium");
    assert.equal(browser.uid, 65_533);
    assert.equal(browser.seccomp, "2");
    assert.deepEqual(browser.secretSettings, []);
    assert.deepEqual(browser.readable, []);
    assert.equal(browser.writingToSockets, "EROFS");
    assert.equal(browser.mayMakeUserNamespace, true, "its profile is the one for the sandbox");
    assert.equal(browser.runsChromium, true);
    assert.equal(browser.runsWorker, false);
    // Beside it, what a look can find: the worker has them, and not the browser's rights.
    const worker = await view("worker");
    assert.equal(worker.uid, 65_532);
    assert.ok(worker.secretSettings.includes("STILLS_NATS_URL"));
    assert.deepEqual(worker.readable, ["/var/run/stills/nats"]);
    assert.equal(worker.writingToSockets, undefined);
    assert.equal(worker.mayMakeUserNamespace, false, "its profile is the runtime's");
    assert.equal(worker.runsChromium, false);
    assert.ok(worker.sockets.includes("control.sock"));
  });

  test("starts before the worker, which is ready with it", async () => {
    const { metadata } = await readyPod("worker");
    const pod = await get<PodWithContainers>("pod", metadata.name, operatorNamespace);
    const [browser] = pod.status.initContainerStatuses;
    assert.equal(browser?.name, "chromium");
    assert.equal(browser.started, true);
    const [worker] = pod.status.containerStatuses;
    assert.ok(startOf(browser) <= startOf(worker!), "the worker was started first");
  });

  test("takes pictures", async () => {
    await applyJobs({ contained: { url: await siteURL("/page") } });
    const [job] = await allSucceed(["contained"]);
    assertGreen(await storedPicture(job!));
  });

  test("a page that fills its memory is ended and made again at once, by a named reason; the pod lives", async () => {
    const before = await restartsOf();
    await applyJobs({
      greedy: { html: greedyPage, backoffLimit: 1, wait: { until: ["Load"], delaySeconds: 25 } },
    });

    const job = await eventually(
      "the job has ended",
      async () => {
        const found = await get<ScreenshotJob & Pod>("shot", "greedy", stageNamespace);
        return (summaryOf(found)?.status ?? "Unknown") === "Unknown" ? undefined : found;
      },
      { limitSeconds: 240, pauseMilliseconds: 500 },
    );

    const { reason, message } = summaryOf(job)!;
    assert.equal(reason, "BrowserOutOfMemory", message);
    assert.match(message, /nearly used up \(\d+ of 2048 MiB\)/);
    assert.equal(job.status?.attempts, 2);
    await applyJobs({ after: { url: await siteURL("/page") } });
    const [after] = await allSucceed(["after"]);
    assertGreen(await storedPicture(after!));
    assert.deepEqual(await restartsOf(), before);
    assert.equal((await jobs()).filter((each) => summaryOf(each)?.status === "False").length, 1);
  });
});

interface ContainerStatus {
  name: string;
  restartCount: number;
  started: boolean;
  state: { running?: { startedAt: string } };
}

interface PodWithContainers extends Pod {
  status: Pod["status"] & {
    containerStatuses: ContainerStatus[];
    initContainerStatuses: ContainerStatus[];
  };
}

interface ContainerView {
  uid: number;
  seccomp: string;
  mayMakeUserNamespace: boolean;
  secretSettings: string[];
  readable: string[];
  sockets: string[];
  writingToSockets?: string;
  runsChromium: boolean;
  runsWorker: boolean;
}

/** What a container of a worker's pod sees; a page may be under way. */
async function view(container: "chromium" | "worker"): Promise<ContainerView> {
  const { metadata } = await readyPod("worker");
  const place = { namespace: operatorNamespace, pod: metadata.name, container };
  const words = [socketsFolder, ...secretFolders];
  return JSON.parse(await runScript(place, "container.ts", ...words)) as ContainerView;
}

/** Container → restarts, of all pods of the pool. */
async function restartsOf(): Promise<Record<string, number>> {
  const pods = (await podsOf("worker", "default")) as PodWithContainers[];
  return Object.fromEntries(
    pods.flatMap(({ metadata, status }) =>
      [...status.initContainerStatuses, ...status.containerStatuses].map(
        ({ name, restartCount }) => [`${metadata.name}/${name}`, restartCount] as const,
      ),
    ),
  );
}

function startOf({ state }: ContainerStatus): number {
  return Date.parse(state.running?.startedAt ?? "");
}
