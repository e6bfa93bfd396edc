import { identityOf, ordinaryUserAgent } from "../identity/user-agent-policy.ts";
import type { DevToolsClient } from "./devtools-client.ts";

interface OwnBrowser {
  /** Without the word "Headless". */
  userAgent: string;
  /** Such as 156.0.8078.0. */
  version: string;
}

/** The browser of each page, once it was asked. */
const ownBrowsers = new WeakMap<DevToolsClient, Promise<OwnBrowser>>();

/** Headless browsers name none to hosts, ordinary ones always do. */
const defaultLanguages = "en-US,en";

/** An object without brands would be left, which no browser without client hints has. */
const removeUserAgentData = `delete Navigator.prototype.userAgentData;`;

/**
 * Makes user agent, client hints, platform and languages of the page agree with each other: in all its frames and dedicated workers.
 * The command forgets what it does not repeat, so the whole is set each time. This does not need the network domain.
 *
 * @param wanted user agent (default: the browser's own, without the word "Headless") and languages such as `de-DE,de`
 */
export async function setIdentity(
  page: DevToolsClient,
  wanted: { userAgent?: string; acceptLanguage?: string },
  signal: AbortSignal,
): Promise<void> {
  const own = await ownBrowserOf(page, signal);
  const { userAgent, platform, metadata } = identityOf(
    wanted.userAgent ?? own.userAgent,
    own.version,
  );
  const { acceptLanguage = defaultLanguages } = wanted;
  const calls: Promise<unknown>[] = [
    page.call(
      "Emulation.setUserAgentOverride",
      {
        userAgent,
        ...(platform !== undefined && { platform }),
        ...(metadata && { userAgentMetadata: metadata }),
        acceptLanguage,
      },
      signal,
    ),
  ];
  if (metadata === undefined)
    calls.push(
      page.call("Page.addScriptToEvaluateOnNewDocument", { source: removeUserAgentData }, signal),
    );
  await Promise.all(calls);
}

function ownBrowserOf(page: DevToolsClient, signal: AbortSignal): Promise<OwnBrowser> {
  const asked = ownBrowsers.get(page);
  if (asked !== undefined) return asked;
  const answer = page
    .call("Browser.getVersion", undefined, signal)
    .then(({ userAgent, product }) => ({
      userAgent: ordinaryUserAgent(userAgent),
      version: product.slice(product.indexOf("/") + 1),
    }));
  ownBrowsers.set(page, answer);
  return answer;
}
