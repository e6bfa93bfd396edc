import { createServer, request as sendRequest, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** A proxy with a user name and password, as providers rent them; it records its requests. */
export class AuthenticatingProxy implements AsyncDisposable {
  /** `METHOD target` of the accepted requests. */
  readonly served: string[] = [];
  /** Requests with wrong or no credentials. */
  refused = 0;
  readonly #expected: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(credentials: string) {
    this.#expected = `Basic ${Buffer.from(credentials).toString("base64")}`;
    this.#server = createServer((request, response) => {
      if (!this.#mayPass(request)) {
        response.writeHead(407, { "proxy-authenticate": 'Basic realm="proxy"' }).end();
        return;
      }
      const { "proxy-authorization": _, ...headers } = request.headers;
      const upstream = sendRequest(request.url ?? "", { method: request.method, headers });
      upstream.on("response", (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      });
      upstream.on("error", () => response.destroy());
      request.pipe(upstream);
    });
    this.#server.on("connection", (socket) => this.#track(socket));
    this.#server.on("connect", (request, client: Socket, head) =>
      this.#tunnel(request, client, head),
    );
  }

  /** @param credentials `user:password` */
  static async start(credentials: string, host = "127.0.0.1"): Promise<AuthenticatingProxy> {
    const proxy = new AuthenticatingProxy(credentials);
    const listening = Promise.withResolvers<void>();
    proxy.#server.once("error", listening.reject);
    proxy.#server.listen(0, host, listening.resolve);
    await listening.promise;
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Open connections, on both sides. */
  get connections(): number {
    return this.#sockets.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #tunnel(request: IncomingMessage, client: Socket, head: Buffer): void {
    if (!this.#mayPass(request)) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const [, host = "", port] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(request.url ?? "") ?? [];
    const remote = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      remote.write(head);
      remote.pipe(client).pipe(remote);
    });
    this.#track(remote);
    client.on("close", () => remote.destroy());
    remote.on("close", () => client.destroy());
  }

  #mayPass(request: IncomingMessage): boolean {
    if (request.headers["proxy-authorization"] !== this.#expected) {
      this.refused += 1;
      return false;
    }
    this.served.push(`${request.method} ${request.url}`);
    return true;
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
