import type { Protocol } from "puppeteer-core";
import type { DevToolsClient } from "./devtools-client.ts";

/** More than a page has that is not made to be slow. */
const mostRoots = 50;

/** The backend ids of the closed shadow roots of a page, which no script reaches. Reads the whole document. */
export async function closedRoots(page: DevToolsClient, signal: AbortSignal): Promise<number[]> {
  try {
    const { root } = await page.call("DOM.getDocument", { depth: -1, pierce: true }, signal);
    const found: number[] = [];
    collect(root, found);
    return found.slice(0, mostRoots);
  } finally {
    page.send("DOM.disable", undefined);
  }
}

function collect(node: Protocol.DOM.Node, found: number[]): void {
  for (const root of node.shadowRoots ?? []) {
    if (root.shadowRootType === "closed") found.push(root.backendNodeId);
    collect(root, found);
  }
  for (const child of node.children ?? []) collect(child, found);
}
