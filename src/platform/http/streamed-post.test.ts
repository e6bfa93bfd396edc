import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, createServer as createRawServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { postStream, type StreamedPost } from "./streamed-post.ts";

const never = new AbortController().signal;
const megabyte = Buffer.alloc(1024 * 1024, "x");

async function listen<Kind extends Server>(
  server: Kind,
): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    // One that is not read notices no end of its other side.
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Opens tunnels to this machine, whatever the host in their authority. */
async function aProxy() {
  const server = createServer();
  server.on("connect", (asked, socket) => {
    const origin = connect(Number(asked.url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(origin).pipe(socket);
    });
    for (const side of [socket, origin]) {
      side.on("error", () => undefined);
      side.on("close", () => [socket, origin].forEach((each) => each.destroy()));
    }
  });
  return await listen(server);
}

/** A body that notes how much of it was asked for. */
class Source {
  given = 0;
  readonly #pieces: Iterable<Buffer>;

  constructor(pieces: Iterable<Buffer>) {
    this.#pieces = pieces;
  }

  async *open(): AsyncGenerator<Buffer> {
    for (const piece of this.#pieces) {
      this.given += piece.length;
      yield piece;
    }
  }
}

async function post(
  receiver: { port: number },
  source: Source,
  sizeBytes: number,
  changes: Partial<StreamedPost> = {},
) {
  await using proxy = await aProxy();
  return await postStream({
    url: `http://127.0.0.1:${receiver.port}/hook?a=1`,
    headers: { "content-type": "image/png" },
    sizeBytes,
    openBody: async () => source.open(),
    proxyURL: `http://127.0.0.1:${proxy.port}`,
    proxyToken: "tok.en",
    silenceMilliseconds: 30_000,
    timeoutMilliseconds: 60_000,
    signal: never,
    ...changes,
  });
}

async function aReceiver(receive: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const server = createServer((request, response) => void receive(request, response));
  return { server, ...(await listen(server)) };
}

test("the body arrives whole, with its length, and the answer is read", async () => {
  const got: { request?: IncomingMessage; body?: string } = {};
  const receiver = await aReceiver(async (request, response) => {
    got.request = request;
    got.body = await text(request);
    response.writeHead(202, { "retry-after": "7" }).end("thanks");
  });
  await using _closed = receiver;
  const source = new Source([Buffer.from("hel"), Buffer.from("lo")]);
  const answer = await post(receiver, source, 5);
  assert.deepEqual([answer.statusCode, answer.headers["retry-after"]], [202, "7"]);
  assert.equal(got.body, "hello");
  const { method, url, headers } = got.request ?? {};
  assert.deepEqual([method, url], ["POST", "/hook?a=1"]);
  assert.deepEqual([headers?.["content-length"], headers?.["transfer-encoding"]], ["5", undefined]);
});

test("a receiver that refuses by the headers and closes is heard, and is sent nothing", async () => {
  const receiver = await aReceiver(() => assert.fail("the body was sent"));
  await using _closed = receiver;
  receiver.server.on("checkContinue", (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(413, { connection: "close" }).end();
  });
  const source = new Source(Array.from({ length: 8 }, () => megabyte));
  assert.equal((await post(receiver, source, 8 * megabyte.length)).statusCode, 413);
  assert.equal(source.given, 0);
});

test("a receiver that does not know Expect is sent the body, or is asked again without it", async () => {
  // Answers by hand, after the body.
  const silent = createRawServer((socket) => {
    let got = "";
    socket.setEncoding("latin1").on("data", (piece: string) => {
      got += piece;
      if (got.endsWith("\r\n\r\nhello")) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
  });
  const receiver = await listen(silent);
  await using _closed = receiver;
  assert.equal((await post(receiver, new Source([Buffer.from("hello")]), 5)).statusCode, 200);

  const expectations: (string | undefined)[] = [];
  const strict = await aReceiver(async (request, response) => {
    expectations.push(request.headers.expect);
    await text(request);
    response.end();
  });
  await using _strict = strict;
  strict.server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    expectations.push(request.headers.expect);
    response.writeHead(417, { connection: "close" }).end();
  });
  assert.equal((await post(strict, new Source([Buffer.from("hello")]), 5)).statusCode, 200);
  assert.deepEqual(expectations, ["100-continue", undefined]);
});

test("a receiver that goes on however slowly is waited for, one that stops is not", async () => {
  const slow = await aReceiver(async (request, response) => {
    for await (const _piece of request) await new Promise((resolve) => setTimeout(resolve, 1));
    response.end();
  });
  await using _slow = slow;
  const pieces = Array.from({ length: 32 }, () => megabyte);
  const patient = { silenceMilliseconds: 5_000 };
  assert.equal(
    (await post(slow, new Source(pieces), 32 * megabyte.length, patient)).statusCode,
    200,
  );

  const stopped = await aReceiver((request) => void request.once("data", () => request.pause()));
  await using _stopped = stopped;
  const source = new Source(pieces);
  await assert.rejects(post(stopped, source, 32 * megabyte.length, { silenceMilliseconds: 500 }), {
    name: "ReceiverTooSlow",
    message: /did not go on within/,
  });
  assert.ok(source.given < 24 * megabyte.length, `its pace is the source's: ${source.given}`);
  await assert.rejects(
    post(stopped, new Source(pieces), 32 * megabyte.length, { timeoutMilliseconds: 500 }),
    /did not take 33554432 bytes and answer within/,
  );
});

test("what the source throws is thrown, and the receiver gets no whole message", async () => {
  const problem = new Error("the picture has changed");
  const ended = Promise.withResolvers<boolean>();
  const receiver = await aReceiver((request) => {
    request.resume();
    request.once("close", () => ended.resolve(request.complete));
  });
  await using _closed = receiver;
  const openBody = async () =>
    (async function* () {
      yield Buffer.from("hel");
      throw problem;
    })();
  await assert.rejects(post(receiver, new Source([]), 5, { openBody }), problem);
  assert.equal(await ended.promise, false);
  const openingFails = { openBody: () => Promise.reject(problem) };
  await assert.rejects(post(receiver, new Source([]), 5, openingFails), problem);
});

test("a receiver that has heard enough stops the body, one that is content early gets all of it", async () => {
  const pieces = Array.from({ length: 64 }, () => megabyte);
  const refusing = await aReceiver((_request, response) => void response.writeHead(503).end());
  await using _refusing = refusing;
  const source = new Source(pieces);
  assert.equal((await post(refusing, source, 64 * megabyte.length)).statusCode, 503);
  assert.ok(source.given < 64 * megabyte.length, String(source.given));

  let got = 0;
  const early = await aReceiver(async (request, response) => {
    response.writeHead(200).flushHeaders();
    for await (const piece of request) got += (piece as Buffer).length;
    response.end();
  });
  await using _early = early;
  assert.equal((await post(early, new Source(pieces), 64 * megabyte.length)).statusCode, 200);
  assert.equal(got, 64 * megabyte.length);
});

test("the caller's signal ends it with its reason", async () => {
  const caller = new AbortController();
  const reason = new Error("the gateway is stopping");
  const receiver = await aReceiver((request) => {
    request.once("data", () => caller.abort(reason));
  });
  await using _closed = receiver;
  const source = new Source(Array.from({ length: 64 }, () => megabyte));
  await assert.rejects(
    post(receiver, source, 64 * megabyte.length, { signal: caller.signal }),
    reason,
  );
});
