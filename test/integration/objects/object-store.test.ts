import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { ConditionalWrites } from "../../../src/platform/objects/conditional-writes.ts";
import { createObjectStore } from "../../../src/platform/objects/object-store.ts";
import type { ObjectStore } from "../../../src/platform/objects/object-store.ts";
import type { UploadTicketOptions } from "../../../src/platform/objects/upload-ticket.ts";
import { startObjects } from "../../support/servers.ts";
import type { TestObjects } from "../../support/servers.ts";

const picture = Buffer.from("not really a picture");
let server: TestObjects;
let store: ObjectStore;

before(async () => {
  server = await startObjects();
  store = createObjectStore(server);
});

after(async () => {
  store.close();
  await server[Symbol.asyncDispose]();
});

function aTicketFor(key: string, change: Partial<UploadTicketOptions> = {}): UploadTicketOptions {
  return {
    key,
    sizeBytes: picture.length,
    sha256: createHash("sha256").update(picture).digest("hex"),
    mediaType: "image/png",
    metadata: { "job-uid": "uid-1", attempt: "1" },
    ...change,
  };
}

interface Sent {
  headers?: Record<string, string>;
  without?: string;
  body?: Buffer;
}

/** Uses a ticket, honestly unless told otherwise; the status and the code of the answer. */
async function use(options: UploadTicketOptions, sent: Sent = {}): Promise<string> {
  const ticket = await store.uploadTicket(options);
  const headers: Record<string, string> = { ...ticket.headers, ...sent.headers };
  // fetch sets it from the body.
  delete headers["content-length"];
  if (sent.without !== undefined) delete headers[sent.without];
  const { method, url } = ticket;
  const response = await fetch(url, { method, headers, body: sent.body ?? picture });
  const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}

test("a ticket stores exactly what it was made for", async () => {
  const key = "artifacts/ns/exact/1.png";

  assert.equal(await use(aTicketFor(key)), "200");

  assert.deepEqual(await store.get(key), {
    sizeBytes: picture.length,
    mediaType: "image/png",
    metadata: { "job-uid": "uid-1", attempt: "1" },
    bytes: picture,
  });
});

const otherBytes = Buffer.from("NOT REALLY A PICTURE");
const otherChecksum = createHash("sha256").update(otherBytes).digest("base64");
const misuses: { name: string; sent: Sent; answer: string }[] = [
  {
    name: "a longer body",
    sent: { body: Buffer.concat([picture, picture]) },
    answer: "403 SignatureDoesNotMatch",
  },
  {
    name: "a shorter body",
    sent: { body: picture.subarray(1) },
    answer: "403 SignatureDoesNotMatch",
  },
  { name: "other bytes of the same length", sent: { body: otherBytes }, answer: "400 BadDigest" },
  {
    name: "other bytes with their own checksum",
    sent: { body: otherBytes, headers: { "x-amz-checksum-sha256": otherChecksum } },
    answer: "403 SignatureDoesNotMatch",
  },
  {
    name: "no checksum",
    sent: { body: otherBytes, without: "x-amz-checksum-sha256" },
    answer: "403 SignatureDoesNotMatch",
  },
  {
    name: "another type",
    sent: { headers: { "content-type": "text/html" } },
    answer: "403 SignatureDoesNotMatch",
  },
  {
    name: "other metadata",
    sent: { headers: { "x-amz-meta-job-uid": "uid-2" } },
    answer: "403 SignatureDoesNotMatch",
  },
  {
    name: "less metadata",
    sent: { without: "x-amz-meta-attempt" },
    answer: "403 SignatureDoesNotMatch",
  },
  {
    name: "more metadata",
    sent: { headers: { "x-amz-meta-more": "1" } },
    answer: "403 AccessDenied",
  },
];

for (const { name, sent, answer } of misuses)
  test(`a ticket is refused with ${name}`, async () => {
    const key = `artifacts/ns/misused/${name.replaceAll(" ", "-")}.png`;

    assert.equal(await use(aTicketFor(key), sent), answer);

    assert.equal(await store.head(key), undefined);
    assert.equal(await use(aTicketFor(key)), "200");
  });

test("a ticket for a free key stores once, and not without the condition", async () => {
  const key = "artifacts/ns/once/1.png";
  const once = aTicketFor(key, { onlyIfAbsent: true });

  assert.equal(await use(once, { without: "if-none-match" }), "403 SignatureDoesNotMatch");
  assert.equal(await use(once), "200");
  assert.equal(await use(once), "412 PreconditionFailed");
});

test("the S3 server refuses to overwrite where it is asked to, which is found out by trying", async () => {
  const writes = new ConditionalWrites(store);
  await writes.probe({});
  assert.equal(writes.areHonoured, true);
  assert.deepEqual(await store.keysWith("artifacts/.probe/"), []);
});

test("a copy is of the expected object only", async () => {
  const from = "artifacts/ns/expected/1.png";
  const to = "stored/ns/expected.png";
  assert.equal(await use(aTicketFor(from)), "200");
  const wrong = { "job-uid": "uid-2" };
  await assert.rejects(store.copy(from, to, { expectedMetadata: wrong }), {
    reason: "StorageInvalid",
  });
  assert.equal(await store.head(to), undefined);
  await store.copy(from, to, { expectedMetadata: { "job-uid": "uid-1" } });
  assert.ok((await store.head(to)) !== undefined);
});

test("a ticket is good for its own key only", async () => {
  const ticket = await store.uploadTicket(aTicketFor("artifacts/ns/own/1.png"));
  const { "content-length": _, ...headers } = ticket.headers;
  const response = await fetch(ticket.url.replace("/own/", "/other/"), {
    method: "PUT",
    headers,
    body: picture,
  });
  assert.equal(response.status, 403);
  assert.equal(await store.head("artifacts/ns/other/1.png"), undefined);
});

test("a ticket is good for two minutes", async () => {
  const key = "artifacts/ns/late/1.png";
  const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);

  assert.equal(await use(aTicketFor(key, { signedAt: secondsAgo(180) })), "403 AccessDenied");
  assert.equal(await store.head(key), undefined);
  assert.equal(await use(aTicketFor(key, { signedAt: secondsAgo(30) })), "200");
});

test("a download ticket reads an object that is not public, until it expires", async () => {
  const key = "inputs/ns/page.html";
  await store.put(key, picture, { mediaType: "text/html" });

  const plain = await fetch(store.locationOf(key));
  const signed = await fetch(await store.downloadTicket(key));

  assert.equal(plain.status, 403);
  assert.equal(signed.status, 200);
  assert.deepEqual(Buffer.from(await signed.arrayBuffer()), picture);
});

test("the location of a public object is its plain URL, whatever its key", async () => {
  for (const name of ["simple", "with space", "ümlaut (1)!", "a+b&c=d'*"]) {
    const key = `stored/ns/${name}.png`;
    await store.put(key, picture, { mediaType: "image/png" });

    const response = await fetch(store.locationOf(key));

    assert.equal(response.status, 200, name);
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), picture);
  }
});

test("locations are under the public endpoint", () => {
  const published = createObjectStore({ ...server, publicEndpoint: "https://shots.example.com" });
  assert.equal(
    published.locationOf("stored/ns/a.png"),
    "https://shots.example.com/stills/stored/ns/a.png",
  );
  published.close();
});

test("a copy has the bytes, the type and the metadata of the original", async () => {
  const from = "artifacts/ns/copied/it's 1.png";
  const to = "stored/ns/pricing/today (2).png";
  assert.equal(await use(aTicketFor(from)), "200");

  await store.copy(from, to);

  assert.deepEqual(await store.get(to), await store.get(from));
  await store.copy(from, to);
});

test("a copy of nothing is an error", async () => {
  await assert.rejects(store.copy("artifacts/ns/none.png", "stored/ns/none.png"), {
    reason: "StorageInvalid",
  });
  assert.equal(await store.head("stored/ns/none.png"), undefined);
});

test("what was stored is found, and gone after it was removed", async () => {
  const key = "artifacts/ns/removed/1.png";
  await store.put(key, picture, { mediaType: "image/png", metadata: { attempt: "2" } });
  assert.deepEqual(await store.head(key), {
    sizeBytes: picture.length,
    mediaType: "image/png",
    metadata: { attempt: "2" },
  });

  await store.remove(key);
  await store.remove(key);

  assert.equal(await store.head(key), undefined);
  assert.equal(await store.get(key), undefined);
});

test("an object is read as a stream, which ends when nobody wants it any more", async () => {
  const key = "artifacts/ns/streamed/1.png";
  const large = Buffer.alloc(4 * 1024 * 1024, "picture");
  await store.put(key, large, { mediaType: "image/png", metadata: { attempt: "1" } });
  const { signal } = new AbortController();
  const opened = await store.open(key, { signal });
  assert.ok(opened !== undefined);
  const { body, etag, ...facts } = opened;
  assert.match(etag, /^".+"$/);
  assert.deepEqual(await store.version(key), { etag, sizeBytes: large.length });
  assert.deepEqual(facts, {
    ...{ sizeBytes: large.length, mediaType: "image/png", metadata: { attempt: "1" } },
  });
  assert.ok(Buffer.concat(await body.toArray()).equals(large));
  const part = await store.open(key, { signal, range: { start: 3, end: 8 } });
  assert.equal(part?.sizeBytes, 6);
  assert.equal(Buffer.concat((await part?.body.toArray()) ?? []).toString(), "turepi");

  const hungUp = new AbortController();
  const unwanted = await store.open(key, { signal: hungUp.signal });
  hungUp.abort();
  await assert.rejects(async () => await unwanted?.body.toArray(), { name: "AbortError" });
  assert.equal(await store.open("artifacts/ns/none/1.png", { signal }), undefined);
  assert.equal(await store.version("artifacts/ns/none/1.png"), undefined);
});

test("a bucket is made once, and may be there already", async () => {
  const other = createObjectStore({ ...server, bucket: "another" });
  await assert.rejects(other.head("a"), { reason: "StorageInvalid" });
  assert.equal(await other.isBucketMissing(), true);

  await other.ensureBucket();
  await other.ensureBucket();

  assert.equal(await other.isBucketMissing(), false);
  assert.equal(await other.head("a"), undefined);
  other.close();
});

const calls: { name: string; call: (store: ObjectStore) => Promise<unknown> }[] = [
  { name: "head", call: (broken) => broken.head("artifacts/a.png") },
  { name: "get", call: (broken) => broken.get("inputs/a.png") },
  {
    name: "open",
    call: (broken) => broken.open("inputs/a.png", { signal: new AbortController().signal }),
  },
  { name: "put", call: (broken) => broken.put("a.png", picture, { mediaType: "image/png" }) },
  { name: "copy", call: (broken) => broken.copy("a.png", "b.png") },
  { name: "remove", call: (broken) => broken.remove("a.png") },
];

for (const { name, call } of calls) {
  test(`${name}: a wrong key is StorageDenied`, async () => {
    const broken = createObjectStore({ ...server, secretAccessKey: "wrong" });
    await assert.rejects(call(broken), { name: "Failure", reason: "StorageDenied" });
    broken.close();
    const unknown = createObjectStore({ ...server, accessKeyID: "nobody" });
    await assert.rejects(call(unknown), { name: "Failure", reason: "StorageDenied" });
    unknown.close();
  });

  test(`${name}: a wrong bucket is StorageInvalid`, async () => {
    const broken = createObjectStore({ ...server, bucket: "nowhere" });
    await assert.rejects(call(broken), { name: "Failure", reason: "StorageInvalid" });
    broken.close();
  });
}

test("a server that is gone is StorageUnavailable, and works again when it is back", async () => {
  await using passing = await startObjects();
  const there = createObjectStore(passing);
  await there.put("a.png", picture, { mediaType: "image/png" });
  await passing.process.kill();

  for (const { call } of calls)
    await assert.rejects(call(there), { name: "Failure", reason: "StorageUnavailable" });
  await passing.process.start(new AbortController().signal);

  assert.deepEqual((await there.get("a.png"))?.bytes, picture);
  there.close();
});

test("whether a bucket is missing cannot be said with a wrong key, or of a server that is gone", async () => {
  const broken = createObjectStore({ ...server, bucket: "nowhere", secretAccessKey: "wrong" });
  await assert.rejects(broken.isBucketMissing(), { reason: "StorageDenied" });
  broken.close();
  const nobody = createObjectStore({ ...server, endpoint: "http://127.0.0.1:1" });
  await assert.rejects(nobody.isBucketMissing(), { reason: "StorageUnavailable" });
  nobody.close();
});

test("a call ends when its signal aborts", async () => {
  await assert.rejects(store.head("a", { signal: AbortSignal.abort() }), { name: "Failure" });
});
