import type { Protocol } from "puppeteer-core";
import { DocumentGone } from "./page-failure.ts";
import type { PageSession } from "./page-session.ts";

/** Where scripts of our world find the roots. The page does not see it. */
export const closedRootsVariable = "closedShadowRoots";

/** Describing every node takes a second for 25,000 elements. */
const mostElements = 100_000;
const mostRoots = 1_000;

/**
 * Makes the closed shadow roots of the document, which no script can reach by itself, known to the scripts of our world. Roots that
 * the page makes later are not among them.
 */
export async function revealClosedRoots(page: PageSession, signal: AbortSignal): Promise<void> {
  const count = `() => document.getElementsByTagName("*").length`;
  if ((await page.world.call<number>(count, [], signal)) > mostElements) return;
  try {
    const { root } = await page.call("DOM.getDocument", { depth: -1, pierce: true }, signal);
    const roots = closedRootsIn(root).slice(0, mostRoots);
    const keep = `(...roots) => { globalThis.${closedRootsVariable} = roots; }`;
    await page.world.callWithNodes(keep, roots, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    // A root that has gone meanwhile cannot be resolved: the next look finds the others.
    if (thrown instanceof DocumentGone) throw thrown;
  } finally {
    // It would report every change of the document from now on.
    page.send("DOM.disable", undefined);
  }
}

/** Not those in frames. */
function closedRootsIn(document: Protocol.DOM.Node): number[] {
  const found: number[] = [];
  const waiting = [document];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.shadowRootType === "closed") found.push(node.backendNodeId);
    waiting.push(...(node.shadowRoots ?? []), ...(node.children ?? []));
  }
  return found;
}
