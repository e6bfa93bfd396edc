import type { Protocol } from "puppeteer-core";
import type { PageSession } from "./page-session.ts";
import type { PausedRequest, RequestDecision } from "./request-interception.ts";
import { ResourceTypeResolver } from "./resource-type-resolver.ts";

export type BlockableResourceType = Exclude<
  Protocol.Network.ResourceType,
  | "WebSocket"
  | "SignedExchange"
  | "Ping"
  | "CSPViolationReport"
  | "Preflight"
  | "FedCM"
  | "Prefetch"
>;

interface RequestRules {
  /** Chromium's patterns with `*`; a request that matches none is not intercepted. */
  urlPatterns: readonly string[];
  resourceTypes: readonly BlockableResourceType[];
  /** Decides about a URL that a pattern matches. */
  isBlocked(url: string): boolean;
}

/**
 * Blocks URLs and resource types, before the page is opened; the main document is never blocked. The fetch domain pauses only
 * requests that match a pattern, so the rest of the page loads nearly as fast as without.
 */
export async function blockRequests(
  page: PageSession,
  rules: RequestRules,
  signal: AbortSignal,
): Promise<void> {
  const blockedTypes = new Set<string>(rules.resourceTypes);
  const resolver = await ResourceTypeResolver.open(page, rules.resourceTypes, signal);
  const decide = async (event: PausedRequest): Promise<RequestDecision | undefined> => {
    const { request, resourceType, frameId } = event;
    const isPage = resourceType === "Document" && page.isMainFrame(frameId);
    const isBlocked =
      !isPage && (rules.isBlocked(request.url) || blockedTypes.has(await resolver.typeOf(event)));
    return isBlocked ? { kind: "Block" } : undefined;
  };
  const patterns = [
    ...rules.urlPatterns.map((urlPattern) => ({ urlPattern })),
    ...resolver.interceptedTypes.map((resourceType) => ({ resourceType })),
  ];
  await page.requests.add(patterns, decide, signal);
}

/** Makes `new WebSocket` throw, because WebSockets cannot be intercepted. */
export async function blockWebSockets(page: PageSession, signal: AbortSignal): Promise<void> {
  const source = `globalThis.WebSocket = class WebSocket extends EventTarget {
    constructor() { super(); throw new DOMException("WebSockets are blocked", "SecurityError"); }
  };`;
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source }, signal);
}
