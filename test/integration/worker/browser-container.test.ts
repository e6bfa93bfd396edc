import assert from "node:assert/strict";
import { readFile, readlink } from "node:fs/promises";
import { createConnection } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { CaptureResult } from "../../../src/api/messages/capture-result.ts";
import { processesOfGroup } from "../../../src/worker/browser/chromium/process-table.ts";
import { eventually } from "../../support/eventually.ts";
import { decodePicture } from "../../support/picture.ts";
import { containerFolders, statusOf } from "./launcher-process.ts";
import type { LauncherProcess } from "./launcher-process.ts";
import { startWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";
import type { WorkerProcess } from "./worker-process.ts";

/** A worker whose browser is started by a launcher, a process of another user that it meets at Unix sockets only. */

const colours = ["ff0000", "00ff00", "0000ff", "ffff00", "ff00ff", "00ffff"];
const pages = Object.fromEntries(
  colours.map((colour) => [`/${colour}`, `<body style="margin:0;background:#${colour}">`]),
);
/** Outside of the JavaScript heap, which has a limit of its own. */
const greedyPage = `<script>
  const kept = [];
  setInterval(() => kept.push(new Uint8Array(32 * 1024 ** 2).fill(1)), 10);
</script>`;

suite("a browser in a container of its own", () => {
  test("takes right pictures, many at a time, in its sandbox and as another user", async () => {
    await using pod = await startPod({ pages });
    const { controller, site, launcher, worker } = pod;
    await launcher.untilLogged("Connected to the worker");

    const uids = await Promise.all(
      [...colours, ...colours, ...colours].map(async (colour) => ({
        colour,
        uid: await controller.request({ url: `${site.url}/${colour}` }),
      })),
    );
    for (const { colour, uid } of uids) {
      const { outcome } = await controller.result(uid);
      assert.ok(outcome.kind === "Captured", JSON.stringify(outcome));
      assert.equal(await colourAt(controller.store.locationOf(outcome.artifact.key)), colour);
    }

    const [browserPID] = worker.browserPIDs;
    const processes = await Promise.all(
      (await processesOfGroup(browserPID!)).map(async ({ pid }) => ({
        commandLine: await readFile(`/proc/${pid}/cmdline`, "utf8"),
        uid: await statusOf(pid, "Uid"),
        seccomp: await statusOf(pid, "Seccomp"),
        userNamespace: await readlink(`/proc/${pid}/ns/user`),
      })),
    );
    const renderers = processes.filter(({ commandLine }) => commandLine.includes("=renderer"));
    assert.ok(renderers.length > 0);
    for (const { seccomp, userNamespace } of renderers) {
      assert.equal(seccomp, "2");
      assert.notEqual(userNamespace, await readlink("/proc/self/ns/user"));
    }
    for (const { commandLine, uid } of processes) {
      assert.doesNotMatch(commandLine, /--no-sandbox/);
      if (process.getuid?.() === 0) assert.notEqual(uid, "0");
    }
    assert.equal(await statusOf(browserPID!, "PPid"), String(launcher.pid));
    const environment = await readFile(`/proc/${launcher.pid}/environ`, "utf8");
    assert.doesNotMatch(environment, /NATS|PASSWORD|TOKEN/);
  });

  test("that is killed costs its captures a retry, and the next one gets a new browser", async () => {
    await using pod = await startPod({ pages });
    const { controller, site, worker } = pod;
    const uid = await controller.request({ url: `${site.url}/held/page` });
    await eventually("the page is loaded", () => site.visits.includes("/held/page"));

    process.kill(-worker.browserPIDs[0]!, "SIGKILL");

    assert.deepEqual(failureOf(await controller.result(uid)), {
      ...{ reason: "BrowserFailed", message: "The browser ended" },
    });
    await assertCaptures(pod);
    assert.equal(worker.browserPIDs.length, 2);
  });

  test("is away without its launcher: the worker says so, takes nothing, and goes on when it is back", async () => {
    await using pod = await startPod({ pages });
    const { controller, site, launcher } = pod;
    const held = await controller.request({ url: `${site.url}/held/page` });
    await eventually("the page is loaded", () => site.visits.includes("/held/page"));

    await launcher.kill();

    const { reason, message } = failureOf(await controller.result(held));
    assert.equal(reason, "BrowserFailed");
    assert.match(message, /^The (container of the browser|browser) ended/);
    const unready = await controller.announced("that its browser is away", (announcement) => {
      return announcement.reason === "BrowserContainerAway";
    });
    assert.equal(unready.state, "Unready");
    const uid = await controller.request({ url: `${site.url}/ff0000` });
    controller.announcements.length = 0;
    controller.callRoll();
    await controller.announced("itself", ({ reason: word }) => word === "BrowserContainerAway");
    assert.deepEqual(controller.resultsOf(uid), []);

    await pod.startLauncher();

    assert.equal((await controller.result(uid)).outcome.kind, "Captured");
    await controller.announced("that it is ready", ({ state }) => state === "Ready");
    assert.equal(pod.worker.hasEnded, false);
  });

  test("that a page fills is ended in time: the reason is named, the worker lives, the next picture is right", async () => {
    const limit = { STILLS_BROWSER_MEMORY_MEBIBYTES: "1200" };
    await using pod = await startPod({ pages: { ...pages, "/greedy": greedyPage } }, limit);
    const { controller, site, launcher } = pod;

    const uid = await controller.request({
      url: `${site.url}/greedy`,
      wait: { until: ["Load"], delaySeconds: 25 },
    });

    const { reason, message } = failureOf(await controller.result(uid));
    assert.equal(reason, "BrowserOutOfMemory");
    assert.match(message, /nearly used up \(\d+ of 1200 MiB\)/);
    assert.ok(Number(/(\d+) of/.exec(message)?.[1]) < 1200, message);
    await assertCaptures(pod);
    assert.equal(pod.worker.hasEnded, false);
    assert.equal(launcher.hasEnded, false);
  });

  test("cannot take the place of the launcher: a second connection is refused", async () => {
    await using pod = await startPod({ pages });
    const intruder = createConnection(join(pod.sockets, "control.sock"));
    await once(intruder, "close");

    await assertCaptures(pod);
    assert.equal(pod.launcher.logged("Connected to the worker").length, 1);
    assert.equal(pod.worker.browserPIDs.length, 1);
  });

  test("outlives the worker's restart: the launcher waits for the next worker", async () => {
    await using pod = await startPod({ pages });
    const [browserPID] = pod.worker.browserPIDs;
    await pod.worker.kill();
    await eventually(
      "the browser is gone",
      async () => (await processesOfGroup(browserPID!)).length === 0,
    );

    const worker = await pod.startWorker({ STILLS_BROWSER_SOCKETS_DIR: pod.sockets });

    await worker.untilLogged("Launched browser");
    await assertCaptures(pod);
    assert.equal(pod.launcher.hasEnded, false);
  });

  test("that does not start is explained in Chromium's words", async () => {
    await using world = await startWorld();
    await using folders = await containerFolders();
    await folders.startLauncher({ STILLS_BROWSER_PATH: "/bin/false" });
    await world.startWorker({ STILLS_BROWSER_SOCKETS_DIR: folders.sockets });

    const unready = await world.controller.announced("why", ({ reason }) => {
      return reason === "BrowserFailed";
    });

    assert.match(unready.message ?? "", /Chromium did not start \(\/\S*false: .*exit code 1/);
  });
});

interface Pod extends World {
  sockets: string;
  worker: WorkerProcess;
  launcher: LauncherProcess;
  startLauncher(): Promise<LauncherProcess>;
}

/** A worker that is ready, and the launcher of its browser. */
async function startPod(
  options: WorldOptions,
  settings: Record<string, string> = {},
): Promise<Pod> {
  await using unfinished = new AsyncDisposableStack();
  const world = unfinished.use(await startWorld(options));
  const folders = unfinished.use(await containerFolders());
  // As in a pod, the launcher is there first.
  const launcher = await folders.startLauncher(settings);
  await launcher.untilLogged("Serving probes and metrics");
  const worker = await world.startWorker({ STILLS_BROWSER_SOCKETS_DIR: folders.sockets });
  await world.controller.announced("that it is ready", ({ state }) => state === "Ready");
  const stack = unfinished.move();
  return {
    ...world,
    sockets: folders.sockets,
    worker,
    launcher,
    startLauncher: () => folders.startLauncher(settings),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function assertCaptures({ controller, site }: World): Promise<void> {
  const uid = await controller.request({ url: `${site.url}/00ff00` });
  const { outcome } = await controller.result(uid);
  assert.ok(outcome.kind === "Captured", JSON.stringify(outcome));
  assert.equal(await colourAt(controller.store.locationOf(outcome.artifact.key)), "00ff00");
}

function failureOf({ outcome }: CaptureResult): { reason: string; message: string } {
  assert.ok(outcome.kind === "Failed", JSON.stringify(outcome));
  const { reason, message } = outcome;
  return { reason, message };
}

/** Of the middle of a stored picture, as six hexadecimal digits. */
async function colourAt(url: string): Promise<string> {
  const answer = await fetch(url);
  const picture = await decodePicture(Buffer.from(await answer.arrayBuffer()));
  const channels = picture.colourAt(picture.width / 2, picture.height / 2);
  return Buffer.from(channels).toString("hex");
}
