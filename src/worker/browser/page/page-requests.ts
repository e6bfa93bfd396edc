import type { Protocol } from "puppeteer-core";
import type { PageSession } from "./page-session.ts";
import type { PausedRequest, Verdict } from "./request-interception.ts";
import { RequestKinds } from "./request-kinds.ts";

export type ResourceKind = Exclude<
  Protocol.Network.ResourceType,
  | "WebSocket"
  | "SignedExchange"
  | "Ping"
  | "CSPViolationReport"
  | "Preflight"
  | "FedCM"
  | "Prefetch"
>;

export interface RequestRules {
  /** Coarse patterns with `*`: what matches none of them is not even looked at. */
  urlPatterns: readonly string[];
  kinds: readonly ResourceKind[];
  /** Decides about an address that a pattern matches. */
  isBlocked(url: string): boolean;
}

/**
 * Keeps addresses and kinds of resources from the page, before it is opened; the page itself is let through. The fetch domain
 * stops only what the patterns match, so the rest of the page loads nearly as fast as ever.
 */
export async function blockRequests(
  page: PageSession,
  rules: RequestRules,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set<string>(rules.kinds);
  const kinds = await RequestKinds.open(page, rules.kinds, signal);
  const judge = async (event: PausedRequest): Promise<Verdict | undefined> => {
    const { request, resourceType, frameId } = event;
    const isPage = resourceType === "Document" && page.isMainFrame(frameId);
    const isBlocked =
      !isPage && (rules.isBlocked(request.url) || wanted.has(await kinds.kindOf(event)));
    return isBlocked ? { kind: "Block" } : undefined;
  };
  const patterns = [
    ...rules.urlPatterns.map((urlPattern) => ({ urlPattern })),
    ...kinds.stopped.map((resourceType) => ({ resourceType })),
  ];
  await page.requests.add(patterns, judge, signal);
}

/** Interception does not see WebSockets, so the page's scripts get none. */
export async function blockWebSockets(page: PageSession, signal: AbortSignal): Promise<void> {
  const source = `globalThis.WebSocket = class WebSocket extends EventTarget {
    constructor() { super(); throw new DOMException("WebSockets are blocked", "SecurityError"); }
  };`;
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source }, signal);
}
