import { ServerResponse } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { responseHeaders } from "./header-rules.ts";
import { failureOf, openOriginRequest, relayAnswer } from "./http-relay.ts";
import type { Exchange } from "./http-relay.ts";
import { timedOut } from "./refusal.ts";
import { joinTunnel } from "./tunnel.ts";

interface Switched {
  incoming: IncomingMessage;
  origin: Socket;
  /** What the origin sent behind its answer. */
  head: Buffer;
}

/** Whether the request asks for a WebSocket; every other upgrade is left out, as HTTP allows. */
export function isWebSocketUpgrade({ headers, method }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

/** Carries a WebSocket handshake to the origin and, when it agrees, everything after it. Throws a Refusal before that. */
export async function relayUpgrade(
  exchange: Exchange,
  client: Socket,
  clientHead: Buffer,
): Promise<void> {
  const answer = await handshake(exchange, client);
  if (!("origin" in answer)) {
    await relayRefusedHandshake(exchange, answer.incoming, client);
    return;
  }
  const { incoming, origin, head } = answer;
  client.write(switchingHead(incoming), "latin1");
  if (head.length > 0) client.write(head);
  await joinTunnel(client, origin, {
    head: clientHead,
    idleTimeoutSeconds: exchange.limits.idleTimeoutSeconds,
    demandsTLS: false,
  });
}

async function handshake(
  exchange: Exchange,
  client: Socket,
): Promise<Switched | { incoming: IncomingMessage }> {
  const { limits, target } = exchange;
  const upstream = openOriginRequest(exchange, ["Connection", "Upgrade", "Upgrade", "websocket"]);
  const { promise, resolve, reject } = Promise.withResolvers<
    Switched | { incoming: IncomingMessage }
  >();
  const onClientGone = () => upstream.destroy();
  client.once("close", onClientGone);
  upstream.once("upgrade", (incoming, origin, head) => {
    resolve({ incoming, origin: origin as Socket, head });
  });
  upstream.once("response", (incoming) => resolve({ incoming }));
  upstream.on("error", (thrown) => reject(failureOf(exchange, thrown)));
  upstream.on("timeout", () =>
    upstream.destroy(
      timedOut(`${target.host} did not answer within ${limits.headersTimeoutSeconds} seconds`),
    ),
  );
  upstream.end();
  return await promise;
}

function switchingHead(incoming: IncomingMessage): string {
  const headers = ["Connection", "Upgrade", "Upgrade", "websocket"];
  headers.push(...responseHeaders(incoming.rawHeaders));
  let text = "HTTP/1.1 101 Switching Protocols\r\n";
  for (let at = 0; at + 1 < headers.length; at += 2)
    text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${text}\r\n`;
}

async function relayRefusedHandshake(
  exchange: Exchange,
  incoming: IncomingMessage,
  client: Socket,
): Promise<void> {
  const response = new ServerResponse(exchange.request);
  response.shouldKeepAlive = false;
  response.assignSocket(client);
  await relayAnswer(exchange, incoming, response);
  client.end();
}
