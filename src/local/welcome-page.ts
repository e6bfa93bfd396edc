import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A loopback address that nothing else uses, so that allowing it opens no other port of this machine. */
const address = "127.0.53.1";

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Stills</title>
    <style>
      body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #10243e; color: #f4f1e8;
        font: 28px/1.5 system-ui, "Liberation Sans", sans-serif; }
      main { text-align: center; }
      h1 { font-size: 120px; line-height: 1; margin: 0 0 24px; letter-spacing: -4px; }
      p { margin: 0; color: #9fb8d6; }
      .frame { width: 420px; height: 236px; margin: 0 auto 48px; border: 12px solid #f4f1e8; border-radius: 16px;
        background: linear-gradient(#f2b84b 0 55%, #d9622b 55%); position: relative; }
      .frame::after { content: ""; position: absolute; left: 150px; top: 62px; width: 120px; height: 120px;
        border-radius: 50%; background: #f4f1e8; }
    </style>
  </head>
  <body>
    <main>
      <div class="frame"></div>
      <h1>Stills</h1>
      <p>The first picture, taken through the whole system.</p>
    </main>
  </body>
</html>
`;

/** The page of the first picture, served by this process. */
interface WelcomePage extends AsyncDisposable {
  url: string;
  /** For the egress proxy, which refuses private addresses otherwise. */
  allowCIDR: string;
}

export async function serveWelcomePage(): Promise<WelcomePage> {
  const server = createServer((request, response) => {
    const isPage = request.url === "/";
    response.writeHead(isPage ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(isPage ? page : "");
  });
  server.listen({ host: address, port: 0 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}/`,
    allowCIDR: `${address}/32:${port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
