import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { once } from "node:events";
import { test } from "node:test";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { askProxy, authorizationOf, openTunnel, rawConnection, readAll } from "./proxy-client.ts";

/** An egress proxy that may reach one canary, and nothing else of this machine. */
async function startPair(canary: Canary): Promise<RunningEgress> {
  return await RunningEgress.start({ allow: [canary.authority] });
}

/** Both ways to speak HTTP to an origin. */
async function askThroughTunnel(canary: Canary, port: number, lines: string): Promise<string> {
  const tunnel = await openTunnel(canary.authority, { port, token: aToken() });
  assert.equal(tunnel.statusCode, 200);
  tunnel.socket.end(lines);
  return await readAll(tunnel.socket);
}

test("a request reaches its origin with its path, method, headers and body as they were", async () => {
  const bodies: string[] = [];
  await using canary = await Canary.start({
    answer: (incoming, response) => {
      let body = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk) => (body += chunk));
      incoming.on("end", () => {
        bodies.push(body);
        response.writeHead(201, "Made It", [
          "X-One",
          "1",
          "Set-Cookie",
          "a=1",
          "Set-Cookie",
          "b=2",
        ]);
        response.end(`got ${body}`);
      });
    },
  });
  await using egress = await startPair(canary);
  const answer = await askProxy(`${canary.url}/a/../b%20c?x='y'&z`, {
    port: egress.port,
    token: aToken(),
    method: "POST",
    headers: { "X-Mixed-Case": "Yes", Cookie: "c=3" },
    body: "hello",
  });
  assert.equal(answer.statusCode, 201);
  assert.equal(answer.body, "got hello");
  assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"]);
  assert.equal(answer.headers["x-one"], "1");
  assert.deepEqual(bodies, ["hello"]);
  const [seen] = canary.requests;
  assert.equal(seen?.method, "POST");
  assert.equal(seen?.url, "/a/../b%20c?x='y'&z");
  assert.ok(seen?.headers.join("|").includes("X-Mixed-Case|Yes"));
  assert.ok(seen?.headers.join("|").includes("Cookie|c=3"));
});

test("the origin sees neither the proxy's token nor headers of the client's connection, and the Host of the request line", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  await askProxy(`${canary.url}/`, {
    port: egress.port,
    token: aToken(),
    headers: {
      Connection: "X-Hop, Keep-Alive",
      "X-Hop": "1",
      "Keep-Alive": "timeout=9",
      "Proxy-Connection": "keep-alive",
      TE: "trailers",
      Upgrade: "h2c",
    },
  });
  const headers = canary.requests[0]!.headers.map((text) => text.toLowerCase());
  assert.equal(headers[headers.indexOf("host") + 1], canary.authority);
  for (const name of [
    "proxy-authorization",
    "proxy-connection",
    "x-hop",
    "keep-alive",
    "te",
    "upgrade",
  ])
    assert.ok(!headers.filter((_, at) => at % 2 === 0).includes(name), name);
});

test("an origin cannot speak as the proxy: its X-Stills and Proxy headers and its 407 do not pass", async () => {
  await using canary = await Canary.start({
    answer: (incoming, response) => {
      response.writeHead(incoming.url === "/407" ? 407 : 200, {
        "X-Stills-Reason": "Captured",
        "Proxy-Authenticate": "Basic",
        "X-Kept": "1",
      });
      response.end();
    },
  });
  await using egress = await startPair(canary);
  const answer = await askProxy(`${canary.url}/`, { port: egress.port, token: aToken() });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.reason, undefined);
  assert.equal(answer.headers["proxy-authenticate"], undefined);
  assert.equal(answer.headers["x-kept"], "1");
  const disguised = await askProxy(`${canary.url}/407`, { port: egress.port, token: aToken() });
  assert.equal(disguised.statusCode, 502);
  assert.equal(disguised.reason, "ConnectionFailed");
});

test("answers to HEAD, 204 and 304 and a redirect pass as they are, and no redirect is followed", async () => {
  await using canary = await Canary.start({
    answer: (incoming, response) => {
      const status = Number(incoming.url?.slice(1));
      response.writeHead(status, {
        location: "/elsewhere",
        "content-length": status === 200 ? "7" : "0",
      });
      response.end(incoming.method === "HEAD" || status !== 200 ? undefined : "1234567");
    },
  });
  await using egress = await startPair(canary);
  for (const status of [204, 304, 302, 500]) {
    const answer = await askProxy(`${canary.url}/${status}`, {
      port: egress.port,
      token: aToken(),
    });
    assert.equal(answer.statusCode, status);
    assert.equal(answer.headers.location, "/elsewhere");
  }
  const head = await askProxy(`${canary.url}/200`, {
    port: egress.port,
    token: aToken(),
    method: "HEAD",
  });
  assert.equal(head.headers["content-length"], "7");
  assert.deepEqual(canary.paths, ["/204", "/304", "/302", "/500", "/200"]);
});

test("bytes in both directions and both ends of a tunnel arrive", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const answer = await askThroughTunnel(
    canary,
    egress.port,
    "GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  );
  assert.equal(answer.match(/canary/g)?.length, 2);
  assert.deepEqual(canary.paths, ["/one", "/two"]);
});

test("bytes a client sends together with its CONNECT are not lost", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const socket = await rawConnection(egress.port);
  socket.write(
    `CONNECT ${canary.authority} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer ${aToken()}\r\n\r\nGET /early HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  const answer = await readAll(socket);
  assert.match(answer, /^HTTP\/1\.1 200 .*\r\n\r\nHTTP\/1\.1 200 OK/s);
  assert.deepEqual(canary.paths, ["/early"]);
});

test("a large picture passes in both directions without being held in memory as a whole", async () => {
  const size = 32 * 1024 * 1024;
  let received = 0;
  await using canary = await Canary.start({
    answer: (incoming, response) => {
      incoming.on("data", (chunk: Buffer) => (received += chunk.length));
      incoming.on("end", () => response.end(Buffer.alloc(size, 7)));
    },
  });
  await using egress = await startPair(canary);
  const answer = await askProxy(`${canary.url}/`, {
    port: egress.port,
    token: aToken(),
    method: "PUT",
    headers: { "Transfer-Encoding": "chunked" },
    body: Buffer.alloc(size, 9),
  });
  assert.equal(received, size);
  assert.equal(answer.body.length, size);
});

const webSocketLines =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

test("a WebSocket works through a tunnel and as an absolute request", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const tunnel = await openTunnel(canary.authority, { port: egress.port, token: aToken() });
  tunnel.socket.write(`GET /tunnel HTTP/1.1\r\nHost: x\r\n${webSocketLines}`);
  tunnel.socket.end("ping");
  const throughTunnel = await readAll(tunnel.socket);
  const socket = await rawConnection(egress.port);
  socket.write(
    `GET ${canary.url}/plain HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer ${aToken()}\r\n${webSocketLines}ping`,
  );
  let plain = "";
  for await (const chunk of socket) {
    plain += String(chunk);
    if (plain.endsWith("ping")) break;
  }
  for (const answer of [throughTunnel, plain]) {
    assert.match(answer, /^HTTP\/1\.1 101 /);
    assert.match(answer, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
    assert.match(answer, /canaryping$/);
  }
  assert.doesNotMatch(plain, /X-Stills-Reason/);
  assert.deepEqual(canary.paths, ["/tunnel", "/plain"]);
});

test("a WebSocket the origin does not want is answered with the origin's answer", async () => {
  await using canary = await Canary.start({ webSockets: false });
  await using egress = await startPair(canary);
  const socket = await rawConnection(egress.port);
  socket.write(
    `GET ${canary.url}/refused HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer ${aToken()}\r\n${webSocketLines}`,
  );
  const answer = await readAll(socket);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /canary/);
  assert.deepEqual(canary.paths, ["/refused"]);
});

test("an upgrade that is no WebSocket is left out, and the origin gets an ordinary request", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const answer = await askProxy(`${canary.url}/h2c`, {
    port: egress.port,
    token: aToken(),
    headers: { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c", "HTTP2-Settings": "x" },
  });
  assert.equal(answer.body, "canary");
});

test("a client that goes away takes its request to the origin with it", async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: gone, resolve: go } = Promise.withResolvers<void>();
  await using canary = await Canary.start({
    answer: (_incoming, response) => {
      response.write("begun");
      response.on("close", go);
      arrive();
    },
  });
  await using egress = await startPair(canary);
  const socket = await rawConnection(egress.port);
  socket.write(
    `GET ${canary.url}/ HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer ${aToken()}\r\n\r\n`,
  );
  await arrived;
  await once(socket, "data");
  socket.destroy();
  await gone;
});

test("an answer that breaks off is broken off for the client and not ended as if it were whole", async () => {
  await using canary = await Canary.start({
    answer: (_incoming, response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" });
      response.write("half", () => response.destroy());
    },
  });
  await using egress = await startPair(canary);
  const socket = await rawConnection(egress.port);
  socket.write(
    `GET ${canary.url}/ HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer ${aToken()}\r\n\r\n`,
  );
  const answer = await readAll(socket);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.doesNotMatch(answer, /\r\n0\r\n\r\n$/);
});

test("connections to an origin are kept for the same job and never given to another one", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const one = aToken({ uid: "job-one" });
  const other = aToken({ uid: "job-two" });
  for (const token of [one, one, one])
    await askProxy(`${canary.url}/`, { port: egress.port, token });
  assert.equal(canary.connections, 1);
  await askProxy(`${canary.url}/`, { port: egress.port, token: other });
  assert.equal(canary.connections, 2);
  await askProxy(`${canary.url}/`, { port: egress.port, token: one });
  assert.equal(canary.connections, 2);
});

test("an idle connection the origin has closed costs no request its answer", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const token = aToken();
  await askProxy(`${canary.url}/first`, { port: egress.port, token });
  // Closed by the origin; whether the proxy has noticed by the next request is a race that must not matter.
  for (const socket of canary.sockets) socket.resetAndDestroy();
  const answer = await askProxy(`${canary.url}/second`, { port: egress.port, token });
  assert.equal(answer.body, "canary");
});

test("one connection of a client may carry requests of several jobs, each with its own token", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const token of [aToken(), undefined, aToken()]) {
    const outgoing = request({
      agent,
      host: "127.0.0.1",
      port: egress.port,
      path: `${canary.url}/`,
      headers: { Host: "x", ...authorizationOf(token) },
    });
    outgoing.end();
    const [incoming] = await once(outgoing, "response");
    incoming.resume();
    await once(incoming, "end");
    assert.equal(incoming.statusCode, token === undefined ? 407 : 200);
  }
  agent.destroy();
  assert.equal(
    await egress.metric('stills_egress_requests_total{class="page",outcome="Relayed"}'),
    2,
  );
});
