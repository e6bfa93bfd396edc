import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that the site received. */
export interface HeardRequest {
  /** Host and path, such as `shop.test/page`. */
  address: string;
  headers: IncomingHttpHeaders;
}

/** A site that records requests and serves given bodies, under any host name. */
export class EchoSite implements AsyncDisposable {
  readonly heard: HeardRequest[] = [];
  /** Path → HTML, a script, or a redirect's location. */
  readonly pages = new Map<string, { html: string } | { script: string } | { location: string }>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(host = "127.0.0.1"): Promise<EchoSite> {
    const server = createServer();
    const site = new EchoSite(server);
    server.on("request", (request, response) => {
      const path = request.url ?? "/";
      site.heard.push({
        address: `${(request.headers.host ?? "").replace(/:\d+$/, "")}${path}`,
        headers: request.headers,
      });
      const page = site.pages.get(path);
      if (page === undefined)
        response.writeHead(200, { "access-control-allow-origin": "*" }).end("ok");
      else if ("html" in page)
        response.writeHead(200, { "content-type": "text/html" }).end(page.html);
      else if ("script" in page)
        response.writeHead(200, { "content-type": "text/javascript" }).end(page.script);
      else response.writeHead(302, { location: page.location }).end();
    });
    const listening = Promise.withResolvers<void>();
    server.once("error", listening.reject);
    server.listen(0, host, listening.resolve);
    await listening.promise;
    return site;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The headers of the only request to this address. */
  headersAt(address: string): IncomingHttpHeaders {
    const found = this.heard.filter((request) => request.address === address);
    if (found[0] === undefined || found.length > 1)
      throw new Error(`${address} was asked for ${found.length} times`);
    return found[0].headers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
