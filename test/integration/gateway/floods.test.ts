import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation } from "../../support/installation/installation.ts";
import { createAccount } from "./callers.ts";

/** Callers without a key that send much, slowly or in small pieces; legitimate calls are made meanwhile. */

const connections = 60;
const anonymousBytes = 64 * 1024;
/** Of a gateway with the smallest budget that its settings allow: a quarter is for callers without a key. */
const budgetBytes = 10 * 1024 * 1024;
let world: Installation;
let gateway: GatewayProcess;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world, {
    STILLS_GATEWAY_BODY_BUDGET_BYTES: String(budgetBytes),
  });
  await createAccount(world, [gateway], "shop");
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** A connection that a test writes to byte by byte. */
class RawCaller implements Disposable {
  readonly #socket: Socket;
  #received = "";

  constructor(at: GatewayProcess) {
    const { hostname, port } = new URL(at.url);
    this.#socket = connect(Number(port), hostname);
    this.#socket.setEncoding("latin1").on("data", (text: string) => {
      this.#received += text;
    });
    this.#socket.on("error", () => undefined);
  }

  get received(): string {
    return this.#received;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** Sends the text, or what of it is taken before the connection is closed. */
  async send(text: string): Promise<void> {
    if (this.isClosed || this.#socket.write(text)) return;
    await Promise.race([once(this.#socket, "drain"), once(this.#socket, "close")]);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

function head(path: string, framing: string): string {
  return `POST ${path} HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`;
}

/** Many callers at once, each of which sends a head and then part of a body that never ends. */
class Flood implements Disposable {
  readonly callers = Array.from({ length: connections }, () => new RawCaller(gateway));

  async send(heads: readonly string[], part: string): Promise<void> {
    const sending = this.callers.map(async (caller, at) => {
      await caller.send(heads[at % heads.length] ?? "");
      await caller.send(part);
    });
    await Promise.all(sending);
  }

  [Symbol.dispose](): void {
    for (const caller of this.callers) caller[Symbol.dispose]();
  }
}

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${gateway.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function bodyBytes(caller: "Known" | "Anonymous"): Promise<number> {
  return await gateway.metric(`stills_gateway_body_bytes{caller="${caller}"}`);
}

/** A call whose body is padded with blanks to a size. */
async function post(sizeBytes: number, where: { header?: string; body?: string }) {
  const options = { url: "https://example.com/", async: true, access_key: where.body };
  const answer = await fetch(`${gateway.url}/take`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(where.header === undefined ? {} : { "x-access-key": where.header }),
    },
    body: JSON.stringify(options).padEnd(sizeBytes, " "),
  });
  const text = await answer.text();
  return { status: answer.status, text, retryAfter: answer.headers.get("retry-after") };
}

test("large bodies and bodies in tiny pieces do not fill the memory of the gateway", async () => {
  // What a first large call costs is not the attack's.
  for (let call = 0; call < 5; call++)
    assert.equal((await post(5_000_000, { header: "shop" })).status, 201);
  const before = await residentBytes();
  const framing = "content-length: 5000000";
  const heads = [head("/take", framing), head("/take?access_key=nobody", framing)];
  {
    using large = new Flood();
    using tiny = new Flood();
    await large.send([...heads, head("/nowhere", framing)], "x".repeat(4_900_000));
    const chunked = head("/take", "transfer-encoding: chunked");
    await tiny.send([chunked], "1\r\nx\r\n".repeat(anonymousBytes - 1));
    await eventually("the large bodies are refused", () =>
      large.callers.every(({ received, isClosed }) => isClosed || received.includes(" 413 ")),
    );
    const grown = (await residentBytes()) - before;
    // It was a thousand before there were limits.
    assert.ok(grown < 150 * 1024 * 1024, `${Math.round(grown / 1024 / 1024)} MiB more`);
    assert.equal((await post(200_000, { header: "shop" })).status, 201, "a call with a key");
  }
  await eventually("the bytes are given back", async () => (await bodyBytes("Anonymous")) === 0);
});

test("callers without a key share a quarter of the budget; the others do not notice", async () => {
  const fitting = budgetBytes / 4 / anonymousBytes;
  {
    using flood = new Flood();
    const announced = head("/take", `content-length: ${anonymousBytes}`);
    await flood.send([announced], "x".repeat(anonymousBytes - 1));
    const refused = await eventually("those that do not fit are refused", () => {
      const answered = flood.callers.filter(({ received }) => received.includes("\r\n\r\n"));
      return answered.length === connections - fitting ? answered : undefined;
    });
    for (const { received } of refused) {
      assert.match(received, /^HTTP\/1\.1 503 .*"temporary_unavailable"/s);
      assert.match(received, /^retry-after: 5\r$/m);
      assert.match(received, /^connection: close\r$/m);
    }
    assert.equal(await bodyBytes("Anonymous"), budgetBytes / 4);
    assert.equal((await post(1000, { body: "shop" })).status, 503);
    for (const sizeBytes of [1000, 5_000_000])
      assert.equal((await post(sizeBytes, { header: "shop" })).status, 201);
    assert.equal((await fetch(`${gateway.url}/docs/errors`)).status, 200);
  }
  await eventually("the bytes are given back", async () => (await bodyBytes("Anonymous")) === 0);
  assert.equal((await post(1000, { body: "shop" })).status, 201);
  await eventually("all bytes are given back", async () => (await bodyBytes("Known")) === 0);
});

test("above 64 KiB the key has to be in the header or the query, also of a chunked body", async () => {
  assert.equal((await post(anonymousBytes, { body: "shop" })).status, 201);
  for (const wrong of [{ body: "shop" }, { body: "shop", header: "nobody" }]) {
    const { status, text } = await post(anonymousBytes + 1, wrong);
    assert.equal(status, 413);
    assert.match(text, /more than 65536 bytes needs a valid access key in the header/);
  }
  assert.equal((await post(anonymousBytes + 1, { header: "shop" })).status, 201);
  const tooLarge = await post(6 * 1024 * 1024, { header: "shop" });
  assert.deepEqual([tooLarge.status, /at most 5242880 bytes/.test(tooLarge.text)], [413, true]);

  using caller = new RawCaller(gateway);
  await caller.send(head("/take", "transfer-encoding: chunked"));
  const piece = `8000\r\n${"x".repeat(0x8000)}\r\n`;
  for (const part of [piece, piece, piece, "0\r\n\r\n"]) await caller.send(part);
  await eventually("the chunked body is refused", () =>
    caller.received.startsWith("HTTP/1.1 413 "),
  );
});

test("connections that send nothing, half a head or half a body are closed in time, and make room", async () => {
  const limit = 8;
  const small = await GatewayProcess.start(world, {
    STILLS_GATEWAY_MAX_CONNECTIONS: String(limit),
    STILLS_GATEWAY_HEADERS_TIMEOUT_SECONDS: "2",
    STILLS_GATEWAY_RECEIVE_TIMEOUT_SECONDS: "4",
  });
  try {
    const starts = ["", "POST /take HTTP/1.1\r\nhost:", head("/take", "content-length: 9")];
    // One more than there is room for, counting a connection that the start of the gateway may have left.
    const callers = Array.from({ length: limit + 1 }, () => new RawCaller(small));
    for (const [at, caller] of callers.entries()) await caller.send(starts[at % 3] ?? "");
    await eventually("the surplus is closed", async () => {
      return (await small.metric("stills_gateway_dropped_connections_total")) > 0;
    });
    await eventually("all are closed", () => callers.every(({ isClosed }) => isClosed));
    const answered = callers.filter(({ received }) => received.startsWith("HTTP/1.1 4"));
    assert.ok(answered.length > 0, "some are told why");
    assert.match(answered[0]?.received ?? "", /headers must arrive within 2 seconds/);
    assert.equal((await fetch(`${small.url}/docs/errors`)).status, 200);
  } finally {
    await small[Symbol.asyncDispose]();
  }
});
