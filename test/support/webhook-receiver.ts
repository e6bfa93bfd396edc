import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { createServer as createTLSServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface ReceivedWebhook {
  /** With query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A receiver that accepts and records everything. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  readonly #server: Server;
  readonly #origin: string;

  private constructor(server: Server, origin: string) {
    this.#server = server;
    this.#origin = origin;
  }

  /** With a certificate it speaks TLS. */
  static async start(
    address: string,
    tls?: { certificatePEM: string; privateKeyPEM: string },
  ): Promise<WebhookReceiver> {
    const server =
      tls === undefined
        ? createServer()
        : createTLSServer({ cert: tls.certificatePEM, key: tls.privateKeyPEM });
    const scheme = tls === undefined ? "http" : "https";
    const receiver = new WebhookReceiver(server, `${scheme}://${address}`);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        receiver.received.push({
          path: request.url ?? "",
          headers: request.headers,
          body: Buffer.concat(chunks),
        });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, address, resolve);
    });
    return receiver;
  }

  get url(): string {
    return `${this.#origin}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The requests to this path, in order. */
  at(path: string): ReceivedWebhook[] {
    return this.received.filter((webhook) => webhook.path === path);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
