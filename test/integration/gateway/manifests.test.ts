import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { httpOptions } from "../../../src/api/options/http-options.ts";
import { optionExamples, type ExampleValue } from "../../../src/api/options/option-examples.ts";
import { secretOptions } from "../../../src/api/options/secret-options.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, tenant } from "../../support/installation/installation.ts";
import { createAccount } from "./callers.ts";

/**
 * The manifest that the playground offers for a call, applied with kubectl, beside the job that the gateway makes of the same call. No
 * controller runs: jobs stay as they are.
 */

type Options = Record<string, ExampleValue>;

let world: Installation;
let gateway: GatewayProcess;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  await createAccount(world, [gateway], "caller");
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function post(path: string, options: Options): Promise<Response> {
  return await fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-access-key": "caller" },
    body: JSON.stringify(options),
  });
}

async function manifestOf(options: Options): Promise<string> {
  const answer = await post("/docs/manifest", options);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return (JSON.parse(text) as { manifest: string }).manifest;
}

/** Returns the name that kubectl gives the object. */
function apply(manifest: string): Promise<string> {
  const { kubeconfig, kubectl } = world.kube;
  const words = ["--kubeconfig", kubeconfig, "-n", tenant, "apply", "-o", "name", "-f", "-"];
  return new Promise((resolve, reject) => {
    const child = execFile(kubectl, words, (error, stdout, stderr) => {
      if (error) reject(new Error(`${stderr}\n${manifest}`));
      else resolve(stdout.trim().split("/").at(-1) ?? "");
    });
    child.stdin?.end(manifest);
  });
}

async function specOf(name: string): Promise<Record<string, unknown>> {
  const job = await world.job(name, tenant);
  assert.ok(job !== undefined, name);
  return { ...job.spec };
}

/** The spec of the gateway's job, without what belongs to the account and to a call that nobody waits for. */
async function specByGateway(options: Options): Promise<Record<string, unknown>> {
  const answer = await post("/take", { ...options, async: true });
  assert.equal(answer.status, 201, await answer.text());
  const name = (answer.headers.get("location") ?? "").split("/").at(-1) ?? "";
  const spec = await specOf(name);
  delete spec["ttlSecondsAfterFinished"];
  delete spec["activeDeadlineSeconds"];
  delete spec["priority"];
  const { webhook } = spec as { webhook?: Record<string, unknown> };
  if (webhook !== undefined) delete webhook["accountName"];
  return spec;
}

/** Options of calls alone, and a bucket with keys of its own, which a manifest has in another way. */
const notInJobs = [
  ...["access_key", "signature", "async"],
  ...["storage_bucket", "storage_endpoint", "storage_class", "storage_acl"],
  ...Object.values(secretOptions).map(({ http }) => http.name),
];

for (const { http } of httpOptions.filter(({ http }) => !notInJobs.includes(http.name)))
  test(`${http.name}: kubectl makes the job that the gateway makes`, async () => {
    const example = optionExamples[http.name];
    assert.ok(example !== undefined, "give an example in option-examples.ts");
    const source: Options = ["html", "markdown"].includes(http.name)
      ? {}
      : { url: "https://example.com/" };
    const options = { ...source, ...example.with, [http.name]: example.value, async: true };
    const manifest = await manifestOf(options);
    const { activeDeadlineSeconds, ...applied } = await specOf(await apply(manifest));
    assert.deepEqual(applied, await specByGateway(options));
    assert.ok(Number(activeDeadlineSeconds) >= Number(applied["captureTimeoutSeconds"]));
  });

test("a text of YAML's own words stays a text", async () => {
  const html = "yes: no\n- 'x' # \"y\"\n\t&a *b {c} |\n";
  const words = ["yes", "NO", "on", "~", "null", "0x10", "1_000", "12:30:45", "1e3", "#a", "- b"];
  const options: Options = { html, hide_selectors: words };
  const applied = await specOf(await apply(await manifestOf(options)));
  assert.equal(applied["html"], html);
  assert.deepEqual(applied["hideSelectors"], options["hide_selectors"]);
});

test("the same call is the same job, another one is another", async () => {
  const first = await apply(await manifestOf({ url: "https://example.com/again" }));
  const second = await apply(await manifestOf({ url: "https://example.com/again" }));
  const other = await apply(await manifestOf({ url: "https://example.com/again", format: "png" }));
  assert.equal(first, second);
  assert.notEqual(first, other);
});

/** Values with a text that is found wherever it comes; an option that is not here takes any text. */
const planted: Options = {
  cookies: ["a=planted-secret"],
  headers: ["X-A: planted-secret"],
  proxy: "http://user:planted-secret@proxy.example.com:8080",
  proxy_bypass_hosts: ["planted-secret.example.com"],
};

test("no secret of a call comes into its manifest", async () => {
  for (const { http } of Object.values(secretOptions)) {
    const value = planted[http.name] ?? "planted-secret";
    const store = { store: true, storage_path: "a/b", storage_bucket: "acme-shots" };
    const options = { url: "https://example.com/", ...store, [http.name]: value };
    const manifest = await manifestOf(options);
    assert.match(manifest, new RegExp(`^# Secrets .*\\b${http.name}\\b`, "m"));
    assert.ok(!manifest.includes("planted-secret"), manifest);
  }
});

test("a bucket of one's own comes with a Secret to make", async () => {
  const store = { store: true, storage_path: "a/b", storage_bucket: "acme-shots" };
  const manifest = await manifestOf({
    ...{ url: "https://example.com/", ...store, storage_endpoint: "https://s3.example.com" },
    ...{ storage_class: "standard_ia", storage_acl: "public-read" },
    ...{ storage_access_key_id: "id", storage_secret_access_key: "planted-secret" },
  });
  assert.match(manifest, /^# The Secret my-bucket has the key of the bucket: /m);
  assert.deepEqual((await specOf(await apply(manifest)))["storage"], {
    ...{ path: "a/b", bucket: "acme-shots", endpoint: "https://s3.example.com" },
    ...{ class: "StandardIA", acl: "PublicRead" },
    credentialsSecretRef: { name: "my-bucket" },
  });
  // Which bucket an account has, a manifest cannot know.
  const ofAccount = await manifestOf({
    ...{ url: "https://example.com/", store: true, storage_path: "a/b" },
    storage_class: "glacier",
  });
  assert.match(ofAccount, /^# Only a call has storage_class\.$/m);
  assert.deepEqual((await specOf(await apply(ofAccount)))["storage"], { path: "a/b" });
});

test("a document too large for a job is said, and where it goes", async () => {
  const html = "<p>large</p>".repeat(2000);
  const manifest = await manifestOf({ html });
  assert.match(manifest, /^# Too large for a resource: PUT \/v1\/inputs /m);
  await assert.rejects(apply(manifest), /PUT \/v1\/inputs/);
});
