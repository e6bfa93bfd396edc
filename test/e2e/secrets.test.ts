import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CertificateAuthority } from "../../src/platform/certificates/certificate-authority.ts";
import { BucketServer } from "../support/bucket-server.ts";
import { eventually } from "../support/eventually.ts";
import { HeldPages } from "../support/held-pages.ts";
import { endedJob } from "../support/job-reader.ts";
import { LocalStills, type LocalCoordinates } from "../support/local-stills.ts";
import { PlantedSecrets } from "../support/planted-secrets.ts";
import { EchoSite } from "../support/site/echo.ts";
import { AuthenticatingProxy } from "../support/upstream-proxy.ts";

/** Secrets of calls through the whole system: they reach the page, and nothing keeps them. */

const address = "127.0.53.9";
const secrets = new PlantedSecrets();
const planted = {
  cookie: secrets.plant("cookie"),
  header: secrets.plant("header"),
  authorization: secrets.plant("authorization"),
  proxyUser: secrets.plant("proxyUser"),
  proxyPassword: secrets.plant("proxyPassword"),
  storageKeyID: secrets.plant("storageKeyID"),
  storageSecret: secrets.plant("storageSecret"),
};
/** Kept in Secrets of Kubernetes, and nowhere else. */
const kept = new PlantedSecrets();
const keptKeys = {
  accessKeyID: kept.plant("keptKeyID"),
  secretAccessKey: kept.plant("keptSecret"),
};
/** Not secret, and so found wherever jobs are kept. */
const controls = new PlantedSecrets();
const controlPath = `/${controls.plant("control")}`;

let stills: LocalStills;
let at: LocalCoordinates;
let site: EchoSite;
let held: HeldPages;
let proxy: AuthenticatingProxy;
let buckets: BucketServer;
let authorityFolder: string;

before(async () => {
  const authority = new CertificateAuthority("authority of the buckets");
  authorityFolder = await mkdtemp(join(tmpdir(), "stills-test-authority-"));
  const authorityFile = join(authorityFolder, "ca.pem");
  await writeFile(authorityFile, authority.certificatePEM);
  const certificate = authority.issue({ commonName: "buckets", hosts: [address] });
  buckets = await BucketServer.start({ address, certificate, domain: "buckets.example" });
  const { storageKeyID: accessKeyID, storageSecret: secretAccessKey } = planted;
  await buckets.createUser({ accessKeyID, secretAccessKey });
  await buckets.createUser(keptKeys);
  await buckets.createBucket("shots", [accessKeyID, keptKeys.accessKeyID]);
  site = await EchoSite.start(address);
  held = await HeldPages.start(address);
  proxy = await AuthenticatingProxy.start(`${planted.proxyUser}:${planted.proxyPassword}`, address);
  stills = await LocalStills.start({
    env: { STILLS_EGRESS_ALLOW_CIDRS: `${address}/32`, NODE_EXTRA_CA_CERTS: authorityFile },
  });
  at = await stills.coordinates();
});

after(async () => {
  await stills?.stop();
  await Promise.all([site, proxy, buckets].map((one) => one?.[Symbol.asyncDispose]()));
  await rm(authorityFolder, { recursive: true, force: true });
  await held?.stop();
});

const pageURL = (path: string): string => `http://${address}:${site.port}${path}`;
const proxyURL = (password = planted.proxyPassword): string =>
  `http://${planted.proxyUser}:${password}@${address}:${proxy.port}`;

const credentials = (): Record<string, unknown> => ({
  cookies: [`session=${planted.cookie}; Path=/`],
  headers: [`X-Planted: ${planted.header}`],
  authorization: `Bearer ${planted.authorization}`,
});

/** The bucket of the caller, and its keys. */
const bucket = (path: string): Record<string, unknown> => ({
  ...{ store: true, storage_path: path, storage_bucket: "shots" },
  storage_endpoint: buckets.endpoint,
  storage_access_key_id: planted.storageKeyID,
  storage_secret_access_key: planted.storageSecret,
});

function post(options: Record<string, unknown>, headers: Record<string, string> = {}) {
  return fetch(`${at.gatewayURL}/take`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-access-key": at.accessKey, ...headers },
    body: JSON.stringify(options),
  });
}

interface Job {
  name: string;
  succeeded: string;
  reason: string;
  message: string;
}

async function jobAt(location: string): Promise<Job> {
  const response = await fetch(`${at.gatewayURL}${location}`, {
    headers: { "x-access-key": at.accessKey },
  });
  return (await response.json()) as Job;
}

async function endOf(location: string): Promise<Job> {
  return await eventually(`the end of ${location}`, async () => {
    const job = await jobAt(location);
    return job.succeeded === "Unknown" ? undefined : job;
  });
}

/** Everything that is kept or told, but for what the page's host and the proxy were sent. */
async function findEverywhere(): Promise<string[]> {
  const temporaryFolder = await readFile(join(stills.directory, "temporary-folder"), "utf8");
  const told = await Promise.all([
    stills.kubectl("get", "events", "--all-namespaces", "-o", "json"),
    stills.kubectl("get", "shots", "--all-namespaces", "-o", "json"),
  ]);
  return [
    ...(await secrets.foundBelow(stills.directory)),
    ...(await secrets.foundBelow(temporaryFolder)),
    ...(await secrets.foundInProcesses()),
    ...secrets.foundIn(Buffer.from([stills.output, ...told].join("\n"))),
  ];
}

test("the search finds a secret in every form it may have", () => {
  const text = `x${planted.cookie}y`;
  for (const form of [
    text,
    encodeURIComponent(`<${text}`),
    Buffer.from(text).toString("hex"),
    ...["", "a", "ab"].map((before_) => Buffer.from(before_ + text).toString("base64")),
    ...["", "a", "ab"].map((before_) => Buffer.from(before_ + text).toString("base64url")),
  ])
    assert.ok(secrets.foundIn(Buffer.from(`{"value": "${form}"}`)).length > 0, form);
  assert.deepEqual(secrets.foundIn(Buffer.from("nothing of it")), []);
});

test("cookies, headers, authorization and the proxy's password reach whom they are for", async () => {
  const answer = await post({ url: pageURL("/sync"), ...credentials(), proxy: proxyURL() });
  assert.equal(answer.status, 200, await answer.clone().text());
  assert.equal(answer.headers.get("content-type"), "image/jpeg");
  await answer.arrayBuffer();

  const headers = site.headersAt(`${address}/sync`);
  assert.equal(headers.cookie, `session=${planted.cookie}`);
  assert.equal(headers["x-planted"], planted.header);
  assert.equal(headers.authorization, `Bearer ${planted.authorization}`);
  assert.ok(proxy.served.includes(`GET ${pageURL("/sync")}`));
});

test("secrets that are too large for a job reach the page as well", async () => {
  const value = `${planted.cookie}${"x".repeat(3000)}`;
  const cookies = [1, 2].map((number) => `large${number}=${value}; Path=/`);
  const headers = [`X-Planted: ${planted.header}${"y".repeat(3000)}`];
  const answer = await post({ url: pageURL("/large"), cookies, headers, async: true });
  assert.equal(answer.status, 201, await answer.clone().text());
  const location = answer.headers.get("location") ?? "";
  const job = await endOf(location);
  assert.equal(job.reason, "Captured", job.message);
  const seen = site.headersAt(`${address}/large`);
  assert.equal(seen.cookie, `large1=${value}; large2=${value}`);
  assert.equal(seen["x-planted"], `${planted.header}${"y".repeat(3000)}`);

  const { sealed } = (
    JSON.parse(await stills.kubectl("get", "shot", job.name, "-n", at.namespace, "-o", "json")) as {
      spec: { sealed: { ciphertext?: string; ciphertextDigest?: string }[] };
    }
  ).spec;
  assert.ok(sealed.some(({ ciphertextDigest }) => ciphertextDigest !== undefined));
});

test("GET says the same as POST", async () => {
  const query = new URLSearchParams({
    access_key: at.accessKey,
    url: pageURL("/get"),
    cookies: `session=${planted.cookie}`,
    headers: `X-Planted: ${planted.header}`,
    authorization: `Bearer ${planted.authorization}`,
    proxy: proxyURL(),
    proxy_bypass_hosts: address,
  });
  const answer = await fetch(`${at.gatewayURL}/take?${query.toString()}`);
  assert.equal(answer.status, 200);
  await answer.arrayBuffer();
  const headers = site.headersAt(`${address}/get`);
  assert.equal(headers.authorization, `Bearer ${planted.authorization}`);
  assert.ok(!proxy.served.includes(`GET ${pageURL("/get")}`));
});

test("the keys of a bucket open it, and what its service refuses is said without them", async () => {
  const answer = await post({ url: pageURL("/stored"), ...bucket("stored") });
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(answer.status, 200, bytes.toString("utf8").slice(0, 500));
  assert.ok((await buckets.read("shots", "stored.jpg")).bytes.equals(bytes));

  const told: string[] = [];
  for (const wrong of [
    { storage_secret_access_key: `${planted.storageSecret}x` },
    { storage_access_key_id: `${planted.storageKeyID}x` },
    { storage_bucket: "nowhere" },
    { storage_endpoint: "https://10.1.2.3" },
    { storage_secret_access_key: 5 },
  ]) {
    const refused = await post({ url: pageURL("/refused"), ...bucket("refused"), ...wrong });
    assert.equal(refused.status, 400);
    told.push(JSON.stringify([...refused.headers]), await refused.text());
  }
  assert.deepEqual(secrets.foundIn(Buffer.from(told.join())), []);
});

test("keys in Secrets stay there: the API server has them, and nothing else", async () => {
  const { namespace } = at;
  const labels = { "stills.dev/usable-by-jobs": "true" };
  const metadata = { namespace, name: "kept-bucket" };
  const storage = {
    ...{ path: "kept", bucket: "shots", endpoint: buckets.endpoint },
    credentialsSecretRef: { name: "kept-bucket" },
  };
  const items = [
    { apiVersion: "v1", kind: "Secret", metadata: { ...metadata, labels }, stringData: keptKeys },
    {
      ...{ apiVersion: "stills.dev/v1alpha1", kind: "ScreenshotJob", metadata },
      spec: { url: pageURL("/kept"), storage },
    },
  ];
  await stills.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  await endedJob(stills, metadata);
  await buckets.read("shots", "kept.png");

  const found = await kept.foundBelow(stills.directory);
  const inStore = join(stills.directory, "kube");
  assert.ok(found.some((place) => place.startsWith(inStore)));
  assert.deepEqual(
    found.filter((place) => !place.startsWith(inStore)),
    [],
  );
  const told = [await stills.kubectl("get", "shots,events", "-A", "-o", "json"), stills.output];
  assert.deepEqual(kept.foundIn(Buffer.from(told.join())), []);
  assert.deepEqual(await kept.foundInProcesses(), []);
});

test("what fails says why without saying the secret", async () => {
  const wrong = await post({ url: pageURL("/wrong"), proxy: proxyURL(planted.header) });
  const body = await wrong.text();
  assert.equal(wrong.status, 500);
  assert.equal(wrong.headers.get("x-stills-reason"), "ProxyRefused");
  assert.match(body, /"network_error".*`proxy` answered 407/);

  const cookie = await post({ url: pageURL("/"), cookies: [planted.cookie] });
  assert.match(await cookie.clone().text(), /"invalid_cookie_parameter"/);
  const header = await post({ url: pageURL("/"), headers: [planted.header] });
  assert.match(await header.clone().text(), /"invalid_header_parameter"/);
  const inside = await post({ url: pageURL("/"), proxy: "http://10.1.2.3:3128" });
  assert.equal(inside.headers.get("x-stills-reason"), "TargetNotAllowed");
  const answers = [body, await cookie.text(), await header.text(), await inside.text()];
  assert.deepEqual(secrets.foundIn(Buffer.from(answers.join())), []);
});

test("an idempotency key is for one cookie only", async () => {
  const key = { "idempotency-key": "cookie-1" };
  const options = { url: pageURL("/idempotent"), async: true };
  const first = await post({ ...options, cookies: ["a=1"] }, key);
  const same = await post({ ...options, cookies: ["a=1"] }, key);
  const other = await post({ ...options, cookies: ["a=2"] }, key);
  assert.equal(first.status, 201);
  assert.equal(same.headers.get("location"), first.headers.get("location"));
  assert.match(await other.text(), /Idempotency-Key/);
});

test("a repeated job has its secrets again, and a copied or changed one does not", async () => {
  const accepted = await post({ url: pageURL("/repeated"), ...credentials(), async: true });
  const location = accepted.headers.get("location") ?? "";
  const job = await endOf(location);
  assert.equal(job.reason, "Captured", job.message);

  const retried = await fetch(`${at.gatewayURL}${location}/retry`, {
    method: "POST",
    headers: { "x-access-key": at.accessKey },
  });
  assert.equal((await endOf(retried.headers.get("location") ?? "")).reason, "Captured");
  const visits = site.heard.filter((request) => request.address === `${address}/repeated`);
  assert.deepEqual(
    visits.map(({ headers }) => headers.cookie),
    [`session=${planted.cookie}`, `session=${planted.cookie}`],
  );

  const stored = JSON.parse(
    await stills.kubectl("get", "shot", job.name, "-n", at.namespace, "-o", "json"),
  ) as { apiVersion: string; kind: string; spec: Record<string, unknown> };
  await stills.kubectl("delete", "shot", job.name, "-n", at.namespace);
  const stolen: [string, Record<string, unknown>][] = [
    ["copied", stored.spec],
    [job.name, { ...stored.spec, url: pageURL("/stolen") }],
  ];
  for (const [name, spec] of stolen) {
    const { apiVersion, kind } = stored;
    const metadata = { name, namespace: at.namespace };
    await stills.apply(JSON.stringify({ apiVersion, kind, metadata, spec }));
    const condition = await eventually(`the end of ${name}`, async () => {
      const text = await stills.kubectl("get", "shot", name, "-n", at.namespace, "-o", "json");
      const { status } = JSON.parse(text) as {
        status?: { conditions?: { status: string; reason: string; message: string }[] };
      };
      return status?.conditions?.find((one) => one.status === "False");
    });
    assert.equal(condition.reason, "SealInvalid");
    assert.match(condition.message, /was not made for this job with this spec/);
  }
  assert.ok(!site.heard.some((request) => request.address.includes("stolen")));
});

test("nothing planted is kept while a job runs or afterwards, and what is not secret is found", async () => {
  held.holdAll();
  const url = `http://${address}:${held.port}${controlPath}`;
  const accepted = await post({
    ...{ url, ...credentials(), proxy: proxyURL(), async: true },
    ...bucket("held"),
  });
  const location = accepted.headers.get("location") ?? "";
  await eventually("the page is being captured", () => held.open > 0);

  await eventually("the message is in JetStream's files", async () => {
    const found = await controls.foundBelow(join(stills.directory, "nats"));
    return found.length > 0;
  });
  const inStore = await controls.foundBelow(join(stills.directory, "kube"));
  assert.ok(inStore.length > 0, "The job is in etcd's files");
  assert.deepEqual(await findEverywhere(), []);

  held.allow(100);
  assert.equal((await endOf(location)).reason, "Captured");
  await buckets.read("shots", "held.jpg");
  assert.deepEqual(await findEverywhere(), []);
});
