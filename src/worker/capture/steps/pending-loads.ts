import { Failure } from "../../../api/reasons/failure.ts";
import type { Reason } from "../../../api/reasons/reasons.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";
import { reachableDocuments } from "../rest/animation-script.ts";

const timeOuts: readonly Reason[] = ["NavigationTimedOut", "CaptureTimedOut", "WaitTimedOut"];
/** The time for the capture is over, and the page may hang. */
const readTimeoutMilliseconds = 500;
const introduction = "Still loading:";
const mostNamed = 3;
const mostCharacters = 120;

/** What delays the event "load". Scripts and style sheets that have come have an entry among the resources. */
const findPending = `() => {
  ${reachableDocuments}
  const come = new Set(performance.getEntriesByType("resource").filter((e) => e.responseEnd > 0).map((e) => e.name));
  const late = (kind, address) => kind + " " + address;
  return documentsIn(document).flatMap((each) => [
    ...[...each.fonts].filter(({ status }) => status === "loading").map(({ family }) => late("the font", '"' + family.replace(/^["']|["']$/g, "") + '"')),
    ...[...each.querySelectorAll("link[rel~=stylesheet i][href]")].filter((e) => e.sheet === null && !e.disabled).map((e) => late("the style sheet", e.href)),
    ...[...each.querySelectorAll("script[src]")].filter((e) => e.src && !come.has(e.src)).map((e) => late("the script", e.src)),
    ...[...each.images].filter((e) => !e.complete && e.loading !== "lazy").map((e) => late("the image", e.currentSrc || e.src)),
    ...[...each.querySelectorAll("iframe[src]")].filter((e) => {
      try { return e.contentDocument !== null && e.contentDocument.readyState !== "complete"; } catch { return false; }
    }).map((e) => late("the frame", e.src)),
  ]);
}`;

/** A time-out with the names of what was still loading, as far as the page tells; any other failure as it is. */
export async function withPendingLoads(page: PageSession, thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof Failure) || !timeOuts.includes(thrown.reason)) return thrown;
  // A step may have named them already.
  if (thrown.message.includes(introduction)) return thrown;
  const limit = AbortSignal.timeout(readTimeoutMilliseconds);
  const pending = await page.world.call<string[]>(findPending, [], limit).catch(() => []);
  const names = [...new Set(pending)];
  if (names.length === 0) return thrown;
  const shown = names.slice(0, mostNamed).map((name) => name.slice(0, mostCharacters));
  const others = names.length - shown.length;
  const rest = others === 0 ? "" : ` and ${others} more`;
  return new Failure(thrown.reason, {
    message: `${thrown.message}. ${introduction} ${shown.join(", ")}${rest}`,
    cause: thrown,
  });
}
