import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  atMilliseconds: number;
}

/** What the receiver does with one POST; `Hang` never answers. */
export type Behaviour =
  | { status: number; headers?: Record<string, string> }
  | "Hang"
  | ((received: ReceivedWebhook) => Promise<{ status: number }>);

/** A receiver of webhooks on a free loopback port. Each path has its script; what is not scripted is answered with 200. */
export class Receiver implements AsyncDisposable {
  readonly received: ReceivedWebhook[] = [];
  mostOpenAtOnce = 0;
  readonly #server: Server;
  readonly #scripts = new Map<string, Behaviour[]>();
  #open = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on("request", (incoming, answer) => void receiver.#receive(incoming, answer));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return receiver;
  }

  get authority(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  url(path: string): string {
    return `http://${this.authority}${path}`;
  }

  /** One behaviour after the other; the last one stays. */
  script(path: string, ...behaviours: Behaviour[]): void {
    this.#scripts.set(path, behaviours);
  }

  of(path: string): ReceivedWebhook[] {
    return this.received.filter((webhook) => webhook.path === path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #receive(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.#open += 1;
    this.mostOpenAtOnce = Math.max(this.mostOpenAtOnce, this.#open);
    answer.once("close", () => {
      this.#open -= 1;
    });
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const path = incoming.url ?? "";
    const received: ReceivedWebhook = {
      ...{ path, headers: incoming.headers, body: Buffer.concat(chunks) },
      atMilliseconds: performance.now(),
    };
    this.received.push(received);
    const behaviour = this.#next(path);
    if (behaviour === "Hang") return;
    const { status, headers = {} } =
      typeof behaviour === "function" ? { ...(await behaviour(received)), headers: {} } : behaviour;
    answer.writeHead(status, headers).end("what a receiver says is not kept");
  }

  #next(path: string): Behaviour {
    const script = this.#scripts.get(path) ?? [];
    return (script.length > 1 ? script.shift() : script[0]) ?? { status: 200 };
  }
}
