import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { NameCache } from "../../../src/platform/process/name-cache.ts";
import { createObjectStore } from "../../../src/platform/objects/object-store.ts";
import { eventually } from "../../support/eventually.ts";
import { ScriptedDNS } from "../../support/scripted-dns.ts";
import type { DNSAnswer } from "../../support/scripted-dns.ts";
import { startObjects } from "../../support/servers.ts";

/** Names of the object store: real lookups at a DNS server of the test. */

const noSuchName: DNSAnswer = { responseCode: 3 };
const complete = "minio.storage.svc.cluster.local";
let folder: string;
let hostsFile: string;
let resolverFile: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "stills-test-names-"));
  hostsFile = join(folder, "hosts");
  resolverFile = join(folder, "resolv.conf");
  await writeFile(hostsFile, "127.0.0.1 localhost\n127.0.0.9 aliased\n");
  await writeFile(
    resolverFile,
    "search stills-system.svc.cluster.local svc.cluster.local\noptions ndots:5\n",
  );
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A cache at this server, with a clock that the test moves. */
function cacheAt(dns: ScriptedDNS) {
  const clock = { milliseconds: 0 };
  const now = () => clock.milliseconds;
  const cache = new NameCache({ servers: [dns.server], hostsFile, resolverFile, now });
  return { cache, clock };
}

test("a short name of the cluster is completed, and kept for its time to live", async () => {
  await using dns = await ScriptedDNS.start((name) =>
    name === complete ? { addresses: ["10.1.2.3"], timeToLiveSeconds: 30 } : noSuchName,
  );
  const { cache, clock } = cacheAt(dns);
  const found = await Promise.all(Array.from({ length: 20 }, () => cache.resolve("minio.storage")));
  assert.deepEqual(new Set(found.flat()), new Set(["10.1.2.3"]));
  assert.equal(dns.timesAsked(complete), 1);
  clock.milliseconds = 29_000;
  await cache.resolve("minio.storage");
  assert.equal(dns.timesAsked(complete), 1);
  clock.milliseconds = 31_000;
  await cache.resolve("minio.storage");
  assert.equal(dns.timesAsked(complete), 2);
});

test("the hosts file counts before the name servers", async () => {
  await using dns = await ScriptedDNS.start(() => noSuchName);
  const { cache } = cacheAt(dns);
  assert.deepEqual(await cache.resolve("aliased"), ["127.0.0.9"]);
  assert.deepEqual(await cache.resolve("127.0.0.7"), ["127.0.0.7"]);
  await assert.rejects(cache.resolve("nobody.invalid"), { code: "ENOTFOUND" });
});

for (const { name, trouble } of [
  { name: "fail", trouble: { responseCode: 2 } },
  { name: "are silent", trouble: { silent: true } },
])
  test(`while name servers ${name}, the last answer is used`, async () => {
    let answer: DNSAnswer = { addresses: ["10.1.2.3"], timeToLiveSeconds: 10 };
    await using dns = await ScriptedDNS.start(() => answer);
    const { cache, clock } = cacheAt(dns);
    await cache.resolve("minio.storage");
    answer = trouble;
    clock.milliseconds = 60_000;
    assert.deepEqual(await cache.resolve("minio.storage"), ["10.1.2.3"]);
    answer = { addresses: ["10.4.5.6"] };
    await eventually("the new address is used", async () => {
      clock.milliseconds += 10_000;
      return (await cache.resolve("minio.storage"))[0] === "10.4.5.6";
    });
  });

test("requests to the object store use the cache, and no thread waits for a silent name server", async () => {
  await using objects = await startObjects();
  let answer: DNSAnswer = { addresses: ["127.0.0.1"] };
  await using dns = await ScriptedDNS.start(() => answer);
  const { cache, clock } = cacheAt(dns);
  const { port } = new URL(objects.endpoint);
  const store = createObjectStore({
    ...objects,
    endpoint: `http://store.example:${port}`,
    names: cache,
  });
  await store.put("a.txt", Buffer.from("a"), { mediaType: "text/plain" });
  answer = { silent: true };
  clock.milliseconds = 3_000_000;
  const [read] = await Promise.all(
    Array.from({ length: 32 }, async () => (await store.get("a.txt"))?.bytes.toString()),
  );
  assert.equal(read, "a");
  store.close();
});
