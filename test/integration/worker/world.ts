import { captureAckWaitSeconds } from "../../../src/api/messages/capture-request.ts";
import { startNATS, startObjects } from "../../support/servers.ts";
import type { TestNATS, TestObjects } from "../../support/servers.ts";
import { ControllerStandIn } from "./controller-stand-in.ts";
import { LittleSite } from "./little-site.ts";
import { RecordingProxy } from "./recording-proxy.ts";
import { WorkerProcess } from "./worker-process.ts";

/** The environment of a worker: real NATS and S3, a stand-in for the controller, a site and a proxy. */
export interface World extends AsyncDisposable {
  nats: TestNATS;
  objects: TestObjects;
  controller: ControllerStandIn;
  site: LittleSite;
  proxy: RecordingProxy;
  startWorker(env?: Record<string, string>): Promise<WorkerProcess>;
}

export interface WorldOptions {
  /** Of the site, besides "/": path → HTML. */
  pages?: Record<string, string>;
  /** How long a worker may be silent before its request goes to another one; the product's unless given. */
  ackWaitSeconds?: number;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { pages = {}, ackWaitSeconds = captureAckWaitSeconds } = options;
  await using unfinished = new AsyncDisposableStack();
  const nats = unfinished.use(await startNATS());
  const objects = unfinished.use(await startObjects());
  const controller = unfinished.use(await ControllerStandIn.start(nats, objects, ackWaitSeconds));
  const site = unfinished.use(await LittleSite.start({ "/": "<p>Hello</p>", ...pages }));
  const proxy = unfinished.use(await RecordingProxy.start());
  const stack = unfinished.move();
  return {
    nats,
    objects,
    controller,
    site,
    proxy,
    startWorker: async (env = {}) =>
      stack.use(await WorkerProcess.start(nats, env["STILLS_EGRESS_URL"] ?? proxy.url, env)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
