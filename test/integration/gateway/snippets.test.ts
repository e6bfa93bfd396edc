import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { httpOptions } from "../../../src/api/options/http-options.ts";
import { optionExamples, type ExampleValue } from "../../../src/api/options/option-examples.ts";
import {
  callURL,
  curlText,
  javaScriptText,
  pythonText,
} from "../../../src/gateway/docs/browser/snippets.js";
import { SnippetRunner } from "../../support/snippet-runner.ts";

/** Every option as the playground writes it down, run for real against a server that notes what arrives. */

type Options = Record<string, ExampleValue>;

/** Each value as the texts that a query has for it. */
type Arrived = Record<string, string[]>;

const keys = ["access_key", "signature"];

const calls: Options[] = [
  ...httpOptions
    .map(({ http }) => http.name)
    .filter((name) => !keys.includes(name))
    .map((name) => {
      const example = optionExamples[name];
      assert.ok(example !== undefined, name);
      const source: Options = ["html", "markdown"].includes(name)
        ? {}
        : { url: "https://example.com/" };
      return { ...source, ...example.with, [name]: example.value };
    }),
  { url: "https://example.com/", html: "<p>both</p>" },
  { html: `<p title="it's">\\ $HOME \`id\` %s \${x} "quoted" 'single'\n\ttab é ☃ 🦊 </p>` },
  { url: "https://example.com/?a=1&b=%20#c", hide_selectors: ["a[title='x\\'']", '"', "$(id)"] },
  { url: "https://example.com/", geolocation_latitude: -0.5, webhook_sign: false, async: true },
];

let arrived: Arrived[] = [];
let accessKeys: string[] = [];
let server: Server;
let runner: SnippetRunner;

before(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const noted = request.method === "POST" ? ofBody(body) : ofQuery(request.url ?? "");
      accessKeys.push(noted["access_key"]?.[0] ?? String(request.headers["x-access-key"]));
      for (const key of keys) delete noted[key];
      arrived.push(noted);
      response.writeHead(200, { "content-type": "image/png" }).end("picture");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  runner = await SnippetRunner.create();
});

after(async () => {
  await runner?.[Symbol.asyncDispose]();
  server?.closeAllConnections();
  server?.close();
});

function ofBody(text: string): Arrived {
  const options = JSON.parse(text) as Options;
  return textsOf(options);
}

function ofQuery(url: string): Arrived {
  const found: Arrived = {};
  for (const [name, value] of new URL(url, "http://any").searchParams)
    (found[name] ??= []).push(inOneWay(value));
  return found;
}

/** The JavaScript SDK writes 52 as `52.`. */
function inOneWay(text: string): string {
  return text.replace(/^(-?\d+)\.$/, "$1");
}

function textsOf(options: Options): Arrived {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      (typeof value === "object" ? value : [value]).map(String).map(inOneWay),
    ]),
  );
}

/** A key that would break out of any quotes that are missing. */
const accessKey = `key'"$\\&`;

function written(print: typeof callURL): string[] {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return calls.map((options) =>
    print({
      ...{ origin, accessKey, secretKey: `secret'"`, extension: "png" },
      options: Object.entries(options),
    }),
  );
}

/** Runs the texts; each call must arrive once, as it is. */
async function assertArrive(
  texts: string[],
  run: (texts: string[]) => Promise<void>,
): Promise<void> {
  arrived = [];
  accessKeys = [];
  await run(texts);
  assert.equal(arrived.length, calls.length);
  for (const [index, options] of calls.entries())
    assert.deepEqual(arrived[index], textsOf(options), texts[index] ?? "");
  assert.deepEqual([...new Set(accessKeys)], [accessKey]);
  assert.ok(calls.length > 100);
}

test("as a link", async () => {
  await assertArrive(written(callURL), async (texts) => {
    for (const text of texts) await (await fetch(text)).arrayBuffer();
  });
});

test("as a command of curl", async () => {
  await assertArrive(written(curlText), async (texts) => {
    for (const text of texts) await runner.shell(text);
  });
  assert.equal((await runner.file("picture.png")).toString(), "picture");
});

test("as a program in JavaScript with the official SDK", async () => {
  await runner.removeFile("picture.png");
  await assertArrive(written(javaScriptText), async (texts) => await runner.javaScript(texts));
  assert.equal((await runner.file("picture.png")).toString(), "picture");
});

test("as a program in Python with the official SDK", async () => {
  await runner.removeFile("picture.png");
  await assertArrive(written(pythonText), async (texts) => await runner.python(texts));
  assert.equal((await runner.file("picture.png")).toString(), "picture");
});
