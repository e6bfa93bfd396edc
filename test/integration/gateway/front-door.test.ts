import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { takeErrorCatalogue } from "../../../src/api/reasons/take-errors.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, tenant } from "../../support/installation/installation.ts";

/** The pages of a gateway as a browser gets them: what they may load, how they are cached, and what is there without a playground. */

let world: Installation;
let gateway: GatewayProcess;
let closed: GatewayProcess;

before(async () => {
  world = await Installation.start();
  [gateway, closed] = await Promise.all([
    GatewayProcess.start(world),
    GatewayProcess.start(world, { STILLS_GATEWAY_PLAYGROUND: "false" }),
  ]);
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await closed?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const pages = [
  "/",
  "/docs/options",
  "/docs/animations",
  "/docs/errors",
  "/docs/errors/request-invalid",
];

/** What a page or a module loads from this gateway. */
function addressesIn(text: string): string[] {
  const found = text.matchAll(/(?:src|href)="(\/[^"#]*)"|from "(\.\/[^"]+)"/g);
  return [...found].map(([, path, module]) => path ?? `/docs/assets/${module?.slice(2)}`);
}

test("every address in the pages and their scripts is there, and of this gateway", async () => {
  const seen = new Set<string>();
  const waiting = [...pages];
  let next: string | undefined;
  let bytes = 0;
  while ((next = waiting.pop()) !== undefined) {
    if (seen.has(next)) continue;
    seen.add(next);
    const answer = await fetch(gateway.url + next);
    const text = await answer.text();
    assert.equal(answer.status, 200, next);
    if (next.startsWith("/docs/assets/")) bytes += text.length;
    if (!next.endsWith(".json")) waiting.push(...addressesIn(text));
    assert.doesNotMatch(text, /(?:src|href)="(?:https?:)?\/\//, next);
  }
  for (const { slug } of Object.values(takeErrorCatalogue))
    assert.ok(seen.has(`/docs/errors/${slug}`), slug);
  const modules = [...seen].filter((path) => path.endsWith(".js"));
  assert.ok(modules.length > 5 && bytes < 100_000, `${modules.length} modules, ${bytes} bytes`);
});

for (const path of [...pages, "/docs/assets/playground.js", "/docs/assets/style.css"])
  test(`${path} is kept in bounds and cached by its tag`, async () => {
    const answer = await fetch(gateway.url + path);
    await answer.arrayBuffer();
    const policy = answer.headers.get("content-security-policy") ?? "";
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ])
      assert.ok(policy.split("; ").includes(rule), rule);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(answer.headers.get("referrer-policy"), "no-referrer");

    const etag = answer.headers.get("etag") ?? "";
    const again = await fetch(gateway.url + path, { headers: { "if-none-match": `W/${etag}` } });
    assert.equal(again.status, 304);
    assert.equal((await again.arrayBuffer()).byteLength, 0);
    const other = await fetch(gateway.url + path, { headers: { "if-none-match": '"other"' } });
    assert.equal(other.status, 200);
    await other.arrayBuffer();

    const head = await fetch(gateway.url + path, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(head.headers.get("etag"), etag);
  });

test("without the playground `/` is not found, and nothing leads there; the documentation stays", async () => {
  for (const path of ["/", "/docs/assets/playground.js"]) {
    const answer = await fetch(closed.url + path);
    assert.equal(answer.status, 404);
    assert.equal(((await answer.json()) as { code: string }).code, "RouteNotFound");
  }
  const manifest = await fetch(`${closed.url}/docs/manifest`, { method: "POST" });
  assert.equal(manifest.status, 404);
  await manifest.arrayBuffer();
  for (const path of pages.slice(1)) {
    const answer = await fetch(closed.url + path);
    assert.equal(answer.status, 200, path);
    const text = await answer.text();
    assert.doesNotMatch(text, /href="\/[#"]|Playground/, path);
  }
});

test("there is no page for an error that does not exist", async () => {
  const answer = await fetch(`${gateway.url}/docs/errors/no-such-error`);
  assert.equal(answer.status, 404);
  assert.equal(((await answer.json()) as { code: string }).code, "PageNotFound");
});

/** What `/docs/manifest` answers for the options. */
async function manifestOf(options: object): Promise<{ status: number; body: string }> {
  const answer = await fetch(`${gateway.url}/docs/manifest`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(options),
  });
  return { status: answer.status, body: await answer.text() };
}

test("a call without a key gets the manifest of its job, or what is wrong with it, and makes no job", async () => {
  const url = "https://example.com/";
  const made = await manifestOf({ url, full_page: true, pdf_landscape: true });
  assert.equal(made.status, 200);
  const { manifest, warnings } = JSON.parse(made.body) as { manifest: string; warnings: string[] };
  assert.match(manifest, /^apiVersion: stills.dev\/v1alpha1\nkind: ScreenshotJob\n/);
  assert.match(manifest, /extent: FullPage/);
  assert.deepEqual(warnings, ['"pdf_landscape" had no effect with this "format"']);

  const refused = await manifestOf({ url, image_quality: 400, colour: "red" });
  assert.equal(refused.status, 400);
  const { error_code: code, error_message: message } = JSON.parse(refused.body) as Record<
    string,
    string
  >;
  assert.equal(code, "request_not_valid");
  assert.match(message ?? "", /"image_quality" must be .*; "colour" is not allowed/);
  assert.equal((await manifestOf([])).status, 400);
  assert.deepEqual((await world.jobs.list({ namespace: tenant })).items, []);
});

test("secrets of a call are not in its manifest, but their names are", async () => {
  const { body } = await manifestOf({
    url: "https://example.com/",
    cookies: ["session=oh-so-secret"],
    authorization: "Bearer oh-so-secret",
    response_type: "json",
  });
  assert.doesNotMatch(body, /oh-so-secret/);
  const { manifest } = JSON.parse(body) as { manifest: string };
  assert.match(manifest, /^# Secrets .* only a call has cookies, authorization\.$/m);
  assert.match(manifest, /^# Only a call has response_type\.$/m);
});
