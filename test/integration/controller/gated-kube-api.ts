import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";

export interface GatedRequest {
  method: string;
  path: string;
}

interface Gate {
  matches(request: GatedRequest): boolean;
  at: "BeforeServer" | "AfterServer";
  reached: PromiseWithResolvers<GatedRequest>;
  opened: PromiseWithResolvers<void>;
}

/**
 * Stands between one controller and the API server, over plain HTTP, and can stop a request on its way there or its answer
 * on the way back. A controller that is killed meanwhile is known to be in between.
 */
export class GatedKubeAPI implements AsyncDisposable {
  readonly kubeconfigPath: string;
  readonly #server: Server;
  readonly #gates = new Set<Gate>();
  #thaw = Promise.resolve();

  private constructor(server: Server, kubeconfigPath: string) {
    this.#server = server;
    this.kubeconfigPath = kubeconfigPath;
  }

  /** `kubeconfigPath` is written; it leads here instead of to the server of `behindKubeconfigPath`. */
  static async start(options: {
    behindKubeconfigPath: string;
    kubeconfigPath: string;
  }): Promise<GatedKubeAPI> {
    const access = await kubeCredentials(options.behindKubeconfigPath).load(true);
    const { ca, cert, key } = access.tls;
    const agent = new Agent({ ca, cert, key, keepAlive: true });
    const server = createServer();
    const gated = new GatedKubeAPI(server, options.kubeconfigPath);
    server.on("request", (incoming, answer) => {
      void gated.#forward(incoming, answer, { agent, origin: access.server });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await writeFile(options.kubeconfigPath, kubeconfigFor(`http://127.0.0.1:${port}`));
    return gated;
  }

  /** The first request that matches is held; `reached` tells when, `open` lets it go on, `lose` ends its connection. */
  hold(
    at: Gate["at"],
    matches: Gate["matches"],
  ): { reached: Promise<GatedRequest>; open: () => void; lose: () => void } {
    const reached = Promise.withResolvers<GatedRequest>();
    const opened = Promise.withResolvers<void>();
    this.#gates.add({ at, matches, reached, opened });
    opened.promise.catch(() => undefined);
    return {
      reached: reached.promise,
      open: () => opened.resolve(),
      lose: () => opened.reject(new Error("The connection is lost")),
    };
  }

  /** From now on watches are silent, though open, until the returned function is called. */
  freezeWatches(): () => void {
    const thawed = Promise.withResolvers<void>();
    this.#thaw = thawed.promise;
    return () => thawed.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const gate of this.#gates) gate.opened.resolve();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #forward(
    incoming: IncomingMessage,
    answer: ServerResponse,
    behind: { agent: Agent; origin: string },
  ): Promise<void> {
    const request = { method: incoming.method ?? "", path: incoming.url ?? "" };
    try {
      await this.#pass("BeforeServer", request);
      const { host: _host, ...headers } = incoming.headers;
      const outgoing = httpsRequest(new URL(request.path, behind.origin), {
        method: request.method,
        headers,
        agent: behind.agent,
      });
      const [response] = (await Promise.all([
        once(outgoing, "response"),
        pipeline(incoming, outgoing),
      ]).then(([found]) => found)) as [IncomingMessage];
      answer.on("close", () => response.destroy());
      await this.#pass("AfterServer", request);
      answer.writeHead(response.statusCode ?? 502, response.headers);
      answer.flushHeaders();
      const isWatch = /[?&]watch=true/.test(request.path);
      if (isWatch) await pipeline(response, (chunks) => this.#whileThawed(chunks), answer);
      else await pipeline(response, answer);
    } catch {
      answer.destroy();
    }
  }

  async *#whileThawed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      await this.#thaw;
      yield chunk;
    }
  }

  async #pass(at: Gate["at"], request: GatedRequest): Promise<void> {
    for (const gate of this.#gates) {
      if (gate.at !== at || !gate.matches(request)) continue;
      this.#gates.delete(gate);
      gate.reached.resolve(request);
      await gate.opened.promise;
    }
  }
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "gated", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "nobody", user: {} }],
    contexts: [{ name: "gated", context: { cluster: "gated", user: "nobody" } }],
    "current-context": "gated",
  });
}
