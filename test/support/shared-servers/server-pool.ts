import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import type { ClientIdentity } from "../../../src/local/servers/control-plane.ts";
import { SharedKubeAPI } from "./shared-kube-api.ts";
import { SharedStills } from "./shared-stills.ts";
import type { ReceiverIdentity } from "./shared-stills.ts";

/** What a test file is told of the API server that it leases. */
export interface LeasedKubeAPI {
  url: string;
  kubeconfig: string;
  kubectl: string;
}

/**
 * API servers and a local Stills for a whole test run, in the process of the test runner, each started when it is first needed.
 * A file leases an API server for itself, because a controller watches all namespaces: two files on one server would see
 * each other's jobs. So there are as many servers as files that need one at the same time. The Stills has one tenant for
 * each file that uses it.
 *
 * HTTP on a Unix socket: `POST /kube-api` leases a server until the connection closes, so the end of a test process, however it
 * comes, returns it. `POST /kube-api/kubeconfigs?url=` makes a kubeconfig for another user. `POST /stills` gives the folder of
 * the Stills, `POST /stills/certificates` a certificate that it trusts.
 */
export class ServerPool {
  readonly socketPath: string;
  readonly #directory: string;
  readonly #server: Server;
  readonly #idle: SharedKubeAPI[] = [];
  readonly #leased = new Map<string, SharedKubeAPI>();
  readonly #returning = new Set<Promise<void>>();
  #stills: Promise<SharedStills> | undefined;

  private constructor(directory: string) {
    this.#directory = directory;
    this.socketPath = join(directory, "servers.sock");
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((thrown: unknown) => {
        response.writeHead(500).end(String(thrown));
      });
    });
    // A lease lasts as long as its test file.
    this.#server.requestTimeout = 0;
    this.#server.timeout = 0;
  }

  static async start(): Promise<ServerPool> {
    const pool = new ServerPool(await mkdtemp(join(tmpdir(), "stills-test-servers-")));
    await new Promise<void>((resolve) => pool.#server.listen(pool.socketPath, resolve));
    return pool;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await Promise.all(this.#returning);
    await Promise.all([...this.#idle, ...this.#leased.values()].map((shared) => shared.stop()));
    // One that did not start has failed the files that need it.
    await (await this.#stills?.catch(() => undefined))?.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://servers");
    switch (pathname) {
      case "/kube-api":
        return await this.#lease(response);
      case "/kube-api/kubeconfigs": {
        const shared = this.#leased.get(searchParams.get("url") ?? "");
        if (shared === undefined) break;
        const identity = (await json(request)) as ClientIdentity;
        const path = await shared.kube.api.issueKubeconfig(identity);
        return void response.end(JSON.stringify({ path }));
      }
      case "/stills": {
        const { directory } = await this.#startStills();
        return void response.end(JSON.stringify({ directory }));
      }
      case "/stills/certificates": {
        const identity = (await json(request)) as ReceiverIdentity;
        const issued = (await this.#startStills()).issueReceiverCertificate(identity);
        return void response.end(JSON.stringify(issued));
      }
    }
    response.writeHead(404).end(`The server pool has no ${request.url}`);
  }

  #startStills(): Promise<SharedStills> {
    this.#stills ??= SharedStills.start();
    return this.#stills;
  }

  async #lease(response: ServerResponse): Promise<void> {
    if (this.#idle.length === 0 && this.#returning.size > 0) await Promise.race(this.#returning);
    const shared = this.#idle.pop() ?? (await SharedKubeAPI.start());
    const { url, kubeconfig, kubectl } = shared.kube;
    this.#leased.set(url, shared);
    const end = (): void => {
      const returning = this.#return(shared).finally(() => this.#returning.delete(returning));
      this.#returning.add(returning);
    };
    if (response.destroyed) return end();
    response.once("close", end);
    const leased: LeasedKubeAPI = { url, kubeconfig, kubectl };
    response.writeHead(200).write(`${JSON.stringify(leased)}\n`);
  }

  async #return(shared: SharedKubeAPI): Promise<void> {
    this.#leased.delete(shared.kube.url);
    try {
      await shared.reset();
      this.#idle.push(shared);
    } catch (thrown) {
      console.error(`Stopping a shared API server that cannot be reset: ${String(thrown)}`);
      await shared.stop();
    }
  }
}
