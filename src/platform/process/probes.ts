import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { EnvReader } from "./env.ts";
import type { ProcessContext } from "./process-context.ts";
import type { Runnable } from "./lifecycle.ts";

export interface ProbesConfig {
  host: string;
  /** 0: any free port. */
  port: number;
}

/** Answers from what is known; a probe must not start work. */
export interface HealthCheck {
  readonly name: string;
  /** Why it cannot serve now, as a sentence, or undefined. */
  readyProblem(): string | undefined;
  /** Why only a restart can help, as a sentence, or undefined. */
  liveProblem?(): string | undefined;
}

/** STILLS_METRICS_HOST and STILLS_METRICS_PORT. */
export function readProbesConfig(env: EnvReader): ProbesConfig {
  return {
    host: env.string("STILLS_METRICS_HOST", {
      text: "Address of metrics and probes.",
      default: "0.0.0.0",
    }),
    port: env.integer("STILLS_METRICS_PORT", {
      text: "Port of metrics and probes; 0 is any free one.",
      default: 9090,
      min: 0,
      max: 65_535,
    }),
  };
}

/** `/livez`, `/readyz` and `/metrics` of one process. */
export class Probes implements Runnable {
  readonly name = "probes";
  readonly #config: ProbesConfig;
  readonly #context: ProcessContext;
  readonly #checks: readonly HealthCheck[];
  readonly #server: Server;

  constructor(config: ProbesConfig, context: ProcessContext, checks: readonly HealthCheck[]) {
    this.#config = config;
    this.#context = context;
    this.#checks = checks;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.#server.requestTimeout = 10_000;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { host, port } = this.#config;
    this.#server.listen({ host, port });
    try {
      await once(this.#server, "listening", { signal });
    } catch (thrown) {
      this.#server.close();
      throw bindProblem(thrown, this.#config);
    }
    this.#context.log.info({ port: this.port, url: this.url }, "Serving probes and metrics");
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** The port in use, also when the configured one is 0. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const { host } = this.#config;
    const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
    return `http://${name.includes(":") ? `[${name}]` : name}:${this.port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = (request.url ?? "/").split("?", 1)[0];
      if (path === "/metrics") {
        const page = await this.#context.metrics.text();
        response.writeHead(200, { "content-type": this.#context.metrics.contentType }).end(page);
      } else if (path === "/livez") this.#report(response, this.#liveProblems());
      else if (path === "/readyz") this.#report(response, this.#readyProblems());
      else response.writeHead(404).end("There is /livez, /readyz and /metrics\n");
    } catch (thrown) {
      this.#context.log.error({ err: thrown }, "Could not answer probe");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  }

  #liveProblems(): string[] {
    return this.#collect((check) => check.liveProblem?.());
  }

  #readyProblems(): string[] {
    const stopping = this.#context.stopping.aborted ? ["process: it is stopping"] : [];
    return [...stopping, ...this.#collect((check) => check.readyProblem())];
  }

  #collect(problemOf: (check: HealthCheck) => string | undefined): string[] {
    return this.#checks.flatMap((check) => {
      const problem = problemOf(check);
      return problem === undefined ? [] : [`${check.name}: ${problem}`];
    });
  }

  #report(response: ServerResponse, problems: readonly string[]): void {
    const text = problems.length === 0 ? "ok\n" : `${problems.join("\n")}\n`;
    response
      .writeHead(problems.length === 0 ? 200 : 503, { "content-type": "text/plain; charset=utf-8" })
      .end(text);
  }
}

function bindProblem(thrown: unknown, { host, port }: ProbesConfig): unknown {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return new Error(
      `Port ${port} of ${host} is taken by another process; set STILLS_METRICS_PORT to a free one`,
    );
  if (code === "EACCES" || code === "EADDRNOTAVAIL")
    return new Error(
      `Port ${port} of ${host} cannot be bound (${code}); check STILLS_METRICS_HOST and STILLS_METRICS_PORT`,
    );
  return thrown;
}
