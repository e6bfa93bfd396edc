import { SocketAddress } from "node:net";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CDPSession } from "puppeteer-core";
import { formatAddress, parseAddress, unmapped } from "../../../src/core/targets/address.ts";
import type { Address } from "../../../src/core/targets/address.ts";
import {
  browserCacheFolder,
  ensureBrowserCache,
} from "../../../src/worker/browser/chromium/browser-cache.ts";
import type { RunningBrowser } from "../../../src/worker/browser/chromium/running-browser.ts";
import { uidForBrowser } from "../../../src/worker/browser/chromium/browser-user.ts";
import { findBrowser } from "../../../src/worker/browser/chromium/find-browser.ts";
import type { FoundBrowser } from "../../../src/worker/browser/chromium/found-browser.ts";
import { launchBrowser } from "../../../src/worker/browser/chromium/launch.ts";
import { makeReadable } from "../../../src/worker/browser/chromium/readable-browser.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import type { Forwarder } from "../../../src/worker/network/forwarder.ts";
import { openForwarder } from "../worker/open-forwarder.ts";
import { Canary } from "./canary.ts";
import { defaultProxyLimits } from "../../../src/core/tokens/proxy-token.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { hostilePage, stunPage } from "./hostile-page.ts";
import type { Prey } from "./hostile-page.ts";
import { ScriptedDNS } from "../../support/scripted-dns.ts";

/** Play the Internet: pages are served from there. */
const publicIPv4 = "93.184.216.34";
const publicIPv6 = "2606:4700:4700::1111";
export const publicAddresses = [publicIPv4, publicIPv6];

/** Addresses that belong to this machine inside the namespace, each with a canary behind it. */
export const privateAddresses = [
  ...["10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1", "168.63.129.16"],
  ...["192.0.0.192", "198.18.0.1", "203.0.113.9", "240.0.0.1", "0.1.2.3"],
  ...[
    "fd00::1",
    "fd00:ec2::254",
    "fec0::1",
    "fe80::5",
    "100::1",
    "5f00::1",
    "2001:db8::1",
    "3fff::1",
  ],
  ...["::10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::10.0.0.1", "2002:a00:1::1", "2001:0:a00:1::1"],
];

/** What the names of the tests lead to, by how often they were looked up. */
const names: Record<string, (earlier: number) => string[]> = {
  "site.example": () => [publicIPv4],
  "site6.example": () => [publicIPv6],
  "private.example": () => ["10.0.0.1"],
  "private6.example": () => ["fd00::1"],
  "mapped.example": () => ["::ffff:10.0.0.1"],
  "mixed.example": () => ["10.0.0.1", publicIPv4],
  "mixed6.example": () => ["fd00::1", publicIPv4],
  "rebind.example": (earlier) => [earlier === 0 ? publicIPv4 : "10.0.0.1"],
  "other-rebind.example": (earlier) => [earlier === 0 ? publicIPv4 : "10.0.0.1"],
};

/** An Internet and an inner network that are one server, which knows at which of its addresses it was reached. */
export class World implements AsyncDisposable {
  readonly canary: Canary;
  readonly #dns: ScriptedDNS;

  private constructor(canary: Canary, dns: ScriptedDNS) {
    this.canary = canary;
    this.#dns = dns;
  }

  static async start(preys: readonly Prey[], stunPort = 9): Promise<World> {
    const dns = await ScriptedDNS.start((name, _type, earlier) => ({
      addresses: names[name]?.(earlier) ?? [],
      timeToLiveSeconds: 0,
    }));
    const canary = await Canary.start({
      host: "::",
      answer: (request, response) => {
        const url = new URL(request.url ?? "/", "http://x");
        const location = url.searchParams.get("to");
        if (location !== null) {
          response.writeHead(302, { location }).end();
          return;
        }
        // So that the browser has to connect anew, and the name is looked up once more.
        if (url.pathname === "/last") response.setHeader("connection", "close");
        response.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" });
        if (url.pathname === "/hostile") response.end(hostilePage(preys, canary.port, stunPort));
        else if (url.pathname === "/stun")
          response.end(stunPage(["127.0.0.1", "10.0.0.1"], stunPort));
        else response.end("canary");
      },
    });
    return new World(canary, dns);
  }

  urlOf(host: string, path: string): string {
    return `http://${host}:${this.canary.port}${path}`;
  }

  /** Nothing is this machine's own here: its addresses play other machines. */
  async startEgress(allow: string[]): Promise<RunningEgress> {
    return await RunningEgress.start({
      allow,
      dnsServers: [this.#dns.server],
      interfaceAddresses: { has: () => false, hasPublicIPv6: () => false },
    });
  }

  timesAsked(name: string): number {
    return this.#dns.timesAsked(name);
  }

  /** Paths that nobody should have been able to ask for. */
  hits(): string[] {
    return this.canary.paths.filter((path) => path.startsWith("/hit/"));
  }

  /** Own addresses, other than those of the Internet, at which a connection arrived. */
  privateConnections(): string[] {
    return this.canary.localAddresses.filter((text) => {
      const address = parseAddress(text);
      return address === undefined || !publicAddresses.includes(shortest(address));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.canary[Symbol.asyncDispose]();
    await this.#dns[Symbol.asyncDispose]();
  }
}

function shortest(address: Address): string {
  const plain = unmapped(address);
  return new SocketAddress({
    address: formatAddress(plain),
    family: plain.family === 4 ? "ipv4" : "ipv6",
  }).address;
}

export interface VisitedPage {
  session: CDPSession;
  forwarder: Forwarder;
}

/** The real browser as a worker runs it. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: RunningBrowser;

  private constructor(browser: RunningBrowser) {
    this.#browser = browser;
  }

  /** With `withoutFlags`, flags that match are taken away from it, and nothing else is different. */
  static async launch(withoutFlags?: string): Promise<TestBrowser> {
    const browserCache = browserCacheFolder(tmpdir());
    await ensureBrowserCache(browserCache);
    const log = createLogger({ component: "test", level: "silent" });
    const configuredPath = process.env["STILLS_BROWSER_PATH"];
    const found = await findBrowser({
      engine: "HeadlessShell",
      browserCache,
      ...(configuredPath !== undefined && { configuredPath }),
    });
    const browser =
      withoutFlags === undefined ? found : await withoutThem(found, withoutFlags, browserCache);
    const running = await launchBrowser(
      { browser, sandbox: "Required", temporaryFolder: tmpdir(), browserCache, log },
      AbortSignal.timeout(120_000),
    );
    if (browser !== found) await rm(browser.path);
    return new TestBrowser(running);
  }

  /**
   * Opens the page in a context of its own, behind a forwarder and this proxy, and hands its session to `look`. The page may have
   * more connections at a time than that of a job: it tries hundreds, and each refusal has to be for its target's sake.
   */
  async visit<Result>(
    egress: RunningEgress,
    url: string,
    look: (page: VisitedPage) => Promise<Result>,
  ): Promise<Result> {
    const forwarder = await openForwarder(`http://127.0.0.1:${egress.port}`);
    forwarder.authorize(aToken({ limits: { ...defaultProxyLimits.page, connections: 4096 } }));
    const context = await this.#browser.createContext(forwarder.port);
    try {
      await context.session.send("Page.enable");
      await context.session.send("Page.navigate", { url });
      return await look({ session: context.session, forwarder });
    } finally {
      await context.dispose();
      await forwarder.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** A browser that is a script: it leaves out the flags and becomes the real one. */
async function withoutThem(
  browser: FoundBrowser,
  flags: string,
  browserCache: string,
): Promise<FoundBrowser> {
  const uid = uidForBrowser(process.getuid?.());
  const program =
    uid === undefined ? browser.path : (await makeReadable(browser.path, uid, browserCache)).path;
  const path = join(browserCache, `chromium-headless-shell-${process.pid}`);
  const script = `#!/bin/sh
for flag do
  shift
  case "$flag" in
    ${flags}) ;;
    *) set -- "$@" "$flag" ;;
  esac
done
exec "${program}" "$@"
`;
  await writeFile(path, script, { mode: 0o755 });
  return { ...browser, path };
}

/** Evaluates an expression in the page, waiting for a promise. */
export async function evaluate(session: CDPSession, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = await session.send(
    "Runtime.evaluate",
    { expression, awaitPromise: true, returnByValue: true },
    { timeout: 300_000 },
  );
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description);
  return result.value as unknown;
}
