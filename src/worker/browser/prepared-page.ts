import { captureDefaults } from "../../api/options/capture-spec.generated.ts";
import type { RunningBrowser } from "./chromium/running-browser.ts";
import { emulateDevice } from "./devtools/page-emulation.ts";
import { openPageSession } from "./devtools/page-session.ts";
import type { PageSession } from "./devtools/page-session.ts";
import { Forwarder } from "../network/forwarder.ts";
import type { ForwarderOptions } from "../network/forwarder.ts";

/** A blank page in its own browser context, with its own forwarder as its only way out. For one capture. */
export interface PreparedPage {
  readonly page: PageSession;
  readonly forwarder: Forwarder;
  /** Aborted with a Failure(BrowserFailed) when the page or its browser ends, or with an EgressLost when the egress proxy does. */
  readonly lost: AbortSignal;
  /** Never rejects; takes at most 3 s, because a browser that takes longer is killed. May be called twice. */
  dispose(): Promise<void>;
}

const prepareTimeoutMilliseconds = 20_000;
const defaultDevice = {
  ...captureDefaults.viewport,
  mobile: false,
  touch: false,
  landscape: false,
};

/** Does everything that does not depend on the job, ahead of time. @throws Failure(BrowserFailed) */
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
  // The size most jobs ask for: setting it takes 6 ms, which such jobs save.
  await emulateDevice(page, defaultDevice, signal);

  const finished = unfinished.move();
  return {
    page,
    forwarder,
    lost: AbortSignal.any([context.lost, forwarder.lost]),
    dispose: () => finished.disposeAsync(),
  };
}
