import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { homedir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/platform/process/clock.ts";
import { createLogger } from "../../src/platform/process/logger.ts";
import { defaultEncoderMemoryMebibytes } from "../../src/api/settings/encoder-memory.ts";
import { EncoderPool } from "../../src/worker/encoding/encoder-pool.ts";
import { capturePage } from "../../src/worker/capture/capture-page.ts";
import { browserCacheFolder } from "../../src/worker/browser/chromium/browser-cache.ts";
import { createLauncher } from "../../src/worker/browser/browser-launcher.ts";
import { BrowserSupervisor } from "../../src/worker/browser/browser-supervisor.ts";
import { ReplicaMonitor } from "../../src/worker/network/replica-monitor.ts";
import { preparePage } from "../../src/worker/browser/prepared-page.ts";
import { benchCapture } from "./bench-capture.ts";
import { pagesAtOnce } from "./concurrency.ts";

/**
 * The capture path alone: the worker's own supervisor, forwarder and steps behind a bare HTTP server, through an egress proxy, but
 * without API server, queue and store. Arguments: egress URL, page token.
 */
const [egressURL = "", pageToken = ""] = process.argv.slice(2);
const log = createLogger({ component: "bench", level: "warn" });

const replicaMonitor = new ReplicaMonitor(log);
const supervisor = new BrowserSupervisor({
  prepareLaunch: () =>
    createLauncher(
      {
        engine: "HeadlessShell",
        sandbox: "Required",
        temporaryFolder: tmpdir(),
        browserCache: browserCacheFolder(tmpdir()),
        puppeteerCacheFolder: join(homedir(), ".cache", "puppeteer"),
      },
      log,
    ),
  preparePage: (browser) => preparePage(browser, { egressURL, replicaMonitor }),
  slots: pagesAtOnce,
  limits: {
    recycleAfterCaptures: 100_000,
    recycleAfterSeconds: 86_400,
    recycleAboveBytes: Number.MAX_SAFE_INTEGER,
    endPagesAboveBytes: Number.MAX_SAFE_INTEGER,
  },
  clock: systemClock,
  log,
});
await supervisor.start();
const encoders = new EncoderPool({ memoryMebibytes: defaultEncoderMemoryMebibytes, log });

async function take(url: string): Promise<Buffer> {
  const signal = AbortSignal.timeout(60_000);
  const prepared = await supervisor.acquirePage(signal);
  try {
    prepared.forwarder.authorize(pageToken);
    const picture = await capturePage(prepared.page, benchCapture(url), {
      signal,
      refusalOf: (target) => prepared.forwarder.refusalOf(target),
      scalePicture: encoders.scale.bind(encoders),
      encodeVideo: () => Promise.reject(new Error("No animation is recorded here")),
    });
    return picture.bytes;
  } finally {
    void prepared.dispose();
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://direct").searchParams.get("url") ?? "";
  take(url).then(
    (bytes) => response.writeHead(200, { "content-type": "image/png" }).end(bytes),
    (thrown: unknown) => response.writeHead(500).end(String(thrown)),
  );
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.once("SIGTERM", () => {
  void Promise.all([supervisor.stop(), encoders.stop()]).then(() => process.exit(0));
});
