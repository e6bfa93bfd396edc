import { captureDefaults } from "../../api/options/capture-spec.generated.ts";
import type { RunningBrowser } from "./process/running-browser.ts";
import { emulateDevice } from "./page/page-emulation.ts";
import { openPageSession } from "./page/page-session.ts";
import type { PageSession } from "./page/page-session.ts";
import { Forwarder } from "../network/forwarder.ts";
import type { ForwarderOptions } from "../network/forwarder.ts";

/** A blank page in a context of its own, with a forwarder of its own as its only way out. For one capture. */
export interface PreparedPage {
  readonly page: PageSession;
  readonly forwarder: Forwarder;
  /** Aborted, with a Failure, once the page or its browser is gone (BrowserFailed), or the egress proxy was lost under it (EgressLost). */
  readonly lost: AbortSignal;
  /** Never throws; takes 3 s at most, because a browser that takes longer is killed. May be called twice. */
  dispose(): Promise<void>;
}

const prepareTimeoutMilliseconds = 20_000;
const usualDevice = {
  ...captureDefaults.viewport,
  mobile: false,
  touch: false,
  landscape: false,
};

/** Everything that can be done before the job is known. @throws Failure(BrowserFailed). */
export async function preparePage(
  browser: RunningBrowser,
  forwarderOptions: ForwarderOptions,
): Promise<PreparedPage> {
  await using unfinished = new AsyncDisposableStack();
  const forwarder = await Forwarder.open(forwarderOptions);
  unfinished.defer(() => forwarder.close());
  const context = await browser.createContext(forwarder.port);
  unfinished.defer(() => context.dispose());
  const signal = AbortSignal.timeout(prepareTimeoutMilliseconds);
  const page = await openPageSession(context, signal);
  unfinished.defer(() => page.close());
  // What most jobs want. To give a page its size takes 6 ms, and none where it has that already.
  await emulateDevice(page, usualDevice, signal);

  const finished = unfinished.move();
  return {
    page,
    forwarder,
    lost: AbortSignal.any([context.lost, forwarder.lost]),
    dispose: () => finished.disposeAsync(),
  };
}
