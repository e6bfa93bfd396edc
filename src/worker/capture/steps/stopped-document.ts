import { Failure } from "../../../api/reasons/failure.ts";
import { systemClock } from "../../../platform/process/clock.ts";
import { loadingErrorOf } from "../../browser/devtools/page-log.ts";
import type { CaptureInProgress } from "./capture-step.ts";

/** The browser may go on: another document follows, or the events of this one are on their way. */
const pauseMilliseconds = 200;

/** Codes of a body that would be the same the next time (net/base/net_error_list.h). */
const brokenBodies: readonly { pattern: RegExp; problem: string }[] = [
  { pattern: /ERR_CONTENT_DECODING/, problem: "could not be decoded" },
  {
    pattern: /ERR_CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE_CHUNKED_ENCODING/,
    problem: "ended before it was complete",
  },
];

/**
 * For a document of which loading has stopped before the event that is waited for. One that its own script stopped counts as loaded;
 * otherwise the browser would never tell.
 * @throws Failure if its body was cut or could not be decoded: neither an event nor, for the latter, a picture would come
 */
export async function checkStoppedDocument(state: CaptureInProgress): Promise<void> {
  const { page, navigation } = state;
  const { number } = page.lifecycle.document;
  await systemClock.sleep(pauseMilliseconds, navigation.signal);
  const { document, isLeaving } = page.lifecycle;
  if (isLeaving || document.number !== number || !document.hasStopped) return;
  const readyState = await page.world.call<DocumentReadyState>(
    "() => document.readyState",
    [],
    navigation.signal,
  );
  if (readyState === "complete") page.lifecycle.treatAsLoaded();
  if (readyState === "loading") await failIfBroken(state);
}

type DocumentReadyState = "loading" | "interactive" | "complete";

async function failIfBroken({ page, navigation }: CaptureInProgress): Promise<void> {
  const { url } = page.lifecycle.document;
  const address = withoutFragment(url);
  const code = await loadingErrorOf(page, address, navigation.signal);
  if (code === undefined) return;
  const host = URL.parse(url)?.host ?? "The host";
  const problem = brokenBodies.find(({ pattern }) => pattern.test(code))?.problem;
  if (problem !== undefined)
    throw new Failure("TargetNotAPage", {
      message: `The document that ${host} sent ${problem} (${code}); its server must be mended`,
    });
  throw new Failure("ConnectionFailed", {
    message: `${host} closed the connection before the whole document had arrived (${code})`,
  });
}

function withoutFragment(url: string): string {
  return url.split("#", 1)[0] ?? url;
}
