import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A POST as far as it came. */
export interface StreamedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  receivedBytes: number;
  /** Of what came; hexadecimal. */
  sha256: string;
  /** What `X-ScreenshotOne-Signature` has to be. */
  signature: string;
  isComplete: boolean;
}

/** Decides before the body: `Take` it, or what else to do, after which nothing of it is read. */
type Reception = "Take" | ((request: IncomingMessage, response: ServerResponse) => unknown);

interface Script {
  /** Called for each POST that announces its body, one after the other; the last one stays. */
  receptions?: Reception[];
  /** Called after each piece; the next one is read when it is settled. */
  onPiece?: (receivedBytes: number) => Promise<unknown> | undefined;
}

/** A receiver of large webhooks, which keeps none of their bodies, on a free loopback port. What is not scripted is taken. */
export class StreamingReceiver implements AsyncDisposable {
  readonly received: StreamedWebhook[] = [];
  readonly #server: Server;
  readonly #secretKey: string;
  readonly #scripts = new Map<string, Script>();

  private constructor(server: Server, secretKey: string) {
    this.#server = server;
    this.#secretKey = secretKey;
  }

  static async start(secretKey: string): Promise<StreamingReceiver> {
    const server = createServer();
    const receiver = new StreamingReceiver(server, secretKey);
    server.on("request", (request, response) => void receiver.#take(request, response));
    server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) =>
      receiver.#decide(request, response),
    );
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

  script(path: string, script: Script): void {
    this.#scripts.set(path, script);
  }

  of(path: string): StreamedWebhook[] {
    return this.received.filter((webhook) => webhook.path === path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #decide(request: IncomingMessage, response: ServerResponse): void {
    const { receptions = [] } = this.#scripts.get(request.url ?? "") ?? {};
    const reception = (receptions.length > 1 ? receptions.shift() : receptions[0]) ?? "Take";
    if (reception !== "Take") return void reception(request, response);
    response.writeContinue();
    void this.#take(request, response);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const hash = createHash("sha256");
    const hmac = createHmac("sha256", this.#secretKey);
    let receivedBytes = 0;
    try {
      for await (const piece of request as AsyncIterable<Buffer>) {
        hash.update(piece);
        hmac.update(piece);
        receivedBytes += piece.length;
        await this.#scripts.get(path)?.onPiece?.(receivedBytes);
      }
    } catch {
      // It broke off: `isComplete` says so.
    }
    this.received.push({
      path,
      headers: request.headers,
      receivedBytes,
      sha256: hash.digest("hex"),
      signature: hmac.digest("hex"),
      isComplete: request.complete,
    });
    response.writeHead(200).end();
  }
}
