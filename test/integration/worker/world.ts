import { startNATS, startObjects } from "../../support/servers.ts";
import type { TestNATS, TestObjects } from "../../support/servers.ts";
import { ControllerStandIn } from "./controller-stand-in.ts";
import { LittleSite } from "./little-site.ts";
import { RecordingProxy } from "./recording-proxy.ts";
import { WorkerProcess } from "./worker-process.ts";

/** What is around a worker: real NATS and S3, a controller's side of the talk, a site and a proxy to it. */
export interface World extends AsyncDisposable {
  nats: TestNATS;
  objects: TestObjects;
  controller: ControllerStandIn;
  site: LittleSite;
  proxy: RecordingProxy;
  startWorker(env?: Record<string, string>): Promise<WorkerProcess>;
}

export async function startWorld(pages: Record<string, string> = {}): Promise<World> {
  await using unfinished = new AsyncDisposableStack();
  const nats = unfinished.use(await startNATS());
  const objects = unfinished.use(await startObjects());
  const controller = unfinished.use(await ControllerStandIn.start(nats, objects));
  const site = unfinished.use(await LittleSite.start({ "/": "<p>Hello</p>", ...pages }));
  const proxy = unfinished.use(await RecordingProxy.start());
  const stack = unfinished.move();
  return {
    ...{ nats, objects, controller, site, proxy },
    startWorker: async (env = {}) =>
      stack.use(await WorkerProcess.start(nats, env["STILLS_EGRESS_URL"] ?? proxy.url, env)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
