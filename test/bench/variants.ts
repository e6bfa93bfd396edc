import { randomBytes } from "node:crypto";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signProxyToken } from "../../src/core/tokens/proxy-token.ts";
import { browserFlags } from "../../src/worker/browser/chromium/browser-flags.ts";
import { findBrowser } from "../../src/worker/browser/chromium/find-browser.ts";
import { LocalStills } from "../support/local-stills.ts";
import { pagesAtOnce } from "./concurrency.ts";
import { findFreePort } from "../../src/local/servers/free-port.ts";

/** One way to take the same picture. */
export interface Variant {
  name: string;
  /** The URL that answers with a picture of this page of the site. */
  urlOf(page: string): string;
  /** Its processes now, by name; their descendants count too. */
  pids(): Promise<Record<string, number[]>>;
}

const siteAddress = "127.0.53.3";

/** The site, and the variants that are compared on it: raw puppeteer, the worker's capture path alone, and all of Stills. */
export class Variants implements AsyncDisposable {
  readonly #cleanup = new AsyncDisposableStack();
  #folder = "";
  #sitePort = 0;
  #stills: LocalStills | undefined;

  /** Starts the site; the variants are started one by one. */
  static async open(): Promise<Variants> {
    const variants = new Variants();
    variants.#folder = await mkdtemp(join(tmpdir(), "stills-bench-"));
    variants.#cleanup.defer(() => rm(variants.#folder, { recursive: true, force: true }));
    const { message } = await variants.#start("site.ts", [siteAddress]);
    variants.#sitePort = (message as { port: number }).port;
    return variants;
  }

  async raw(): Promise<Variant> {
    const browser = await findBrowser({
      engine: "HeadlessShell",
      puppeteerCacheFolder: join(homedir(), ".cache", "puppeteer"),
      browserCache: this.#folder,
    });
    const profileFolder = join(this.#folder, "raw-profile");
    await mkdir(profileFolder);
    // The same flags, but no proxy.
    const flags = browserFlags({ profileFolder, sandboxed: true, sharedMemory: true }).filter(
      (flag) => !/^--(proxy|host-resolver|remote-debugging)/.test(flag),
    );
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await Promise.all([chmod(this.#folder, 0o755), chmod(profileFolder, 0o777)]);
    const unprivileged = ["--reuid=65534", "--regid=65534", "--clear-groups", browser.path];
    const command = isRoot ? ["/usr/bin/setpriv", ...unprivileged] : [browser.path];
    const { child, message } = await this.#start("raw-pool.ts", [...command, ...flags]);
    const { port } = message as { port: number };
    return {
      name: "raw",
      urlOf: (page) => `http://127.0.0.1:${port}/?url=${this.#encodedURL(page)}`,
      pids: async () => ({ pool: pidsOf(child) }),
    };
  }

  async direct(): Promise<Variant> {
    const key = randomBytes(32).toString("hex");
    const keyFile = join(this.#folder, "proxy-key");
    await writeFile(keyFile, key);
    const egressPort = await findFreePort();
    const egress = fork(sourceFile("../../src/main.ts"), ["egress"], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: {
        ...process.env,
        STILLS_EGRESS_HOST: "127.0.0.1",
        STILLS_EGRESS_PORT: String(egressPort),
        STILLS_EGRESS_ALLOW_CIDRS: this.#allowCIDR,
        STILLS_EGRESS_LEAVE_SECONDS: "0",
        STILLS_PROXY_KEY_FILE: keyFile,
        STILLS_METRICS_PORT: "0",
      },
    });
    this.#endWith(egress);
    const egressURL = `http://127.0.0.1:${egressPort}`;
    const { child, message } = await this.#start("direct.ts", [egressURL, pageToken(key)]);
    const { port } = message as { port: number };
    return {
      name: "direct",
      urlOf: (page) => `http://127.0.0.1:${port}/?url=${this.#encodedURL(page)}`,
      pids: async () => ({ egress: pidsOf(egress), capture: pidsOf(child) }),
    };
  }

  async take(settings: Record<string, string> = {}): Promise<Variant> {
    const env = {
      STILLS_EGRESS_ALLOW_CIDRS: this.#allowCIDR,
      STILLS_LOCAL_WORKERS: "1",
      STILLS_SLOTS: String(pagesAtOnce),
      ...settings,
    };
    const stills = this.#cleanup.use(await LocalStills.start({ env }));
    this.#stills = stills;
    const { gatewayURL, accessKey } = await stills.coordinates();
    return {
      name: "/take",
      urlOf: (page) =>
        `${gatewayURL}/take?access_key=${accessKey}&format=png&url=${this.#encodedURL(page)}`,
      pids: async () => (await stills.coordinates()).pids,
    };
  }

  /** The Stills of the variant `take`. Throws before that has started it. */
  get stills(): LocalStills {
    if (this.#stills === undefined) throw new Error("Stills has not been started");
    return this.#stills;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }

  get #allowCIDR(): string {
    return `${siteAddress}/32:${this.#sitePort}`;
  }

  #encodedURL(page: string): string {
    return encodeURIComponent(`http://${siteAddress}:${this.#sitePort}${page}`);
  }

  /** Starts a part of the benchmark and waits for the first message it sends. */
  async #start(file: string, words: string[]): Promise<{ child: ChildProcess; message: unknown }> {
    const child = fork(sourceFile(file), words, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#endWith(child);
    const [message] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => {
        throw new Error(`${file} ended before it was ready`);
      }),
    ]);
    return { child, message };
  }

  #endWith(child: ChildProcess): void {
    this.#cleanup.defer(async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    });
  }
}

function pageToken(key: string): string {
  return signProxyToken(
    {
      uid: "bench",
      attempt: 1,
      class: "page",
      limits: { bytes: 2 ** 40, requests: 1_000_000, connections: 1024 },
      expires: Math.floor(Date.now() / 1000) + 86_400,
    },
    key,
  );
}

function pidsOf({ pid }: ChildProcess): number[] {
  return pid === undefined ? [] : [pid];
}

function sourceFile(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
