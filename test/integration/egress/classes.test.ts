import assert from "node:assert/strict";
import { test } from "node:test";
import type { TrafficClass } from "../../../src/api/messages/proxy-grant.ts";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { fetchThroughProxy, openTunnel, readAll } from "./proxy-client.ts";

const guarded: [trafficClass: TrafficClass, setting: string, open: Record<string, boolean>][] = [
  ["webhook", "STILLS_WEBHOOK_ALLOW_HTTP", { webhookAllowsHTTP: true }],
  ["tenant-storage", "STILLS_STORAGE_ALLOW_HTTP", { storageAllowsHTTP: true }],
];

for (const [trafficClass, setting, open] of guarded) {
  test(`class ${trafficClass} carries no http in its tunnels`, async () => {
    await using canary = await Canary.start();
    await using egress = await RunningEgress.start({ allow: [canary.authority] });
    const token = aToken({ class: trafficClass });
    const tunnel = await openTunnel(canary.authority, { port: egress.port, token });
    assert.equal(tunnel.statusCode, 200);
    tunnel.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert.equal(await readAll(tunnel.socket), "");
    assert.deepEqual(canary.paths, []);
    // Positive control: the same bytes in a tunnel of another class.
    const page = await fetchThroughProxy(`${canary.url}/`, { port: egress.port, token: aToken() });
    assert.equal(page.body, "canary");
  });

  test(`class ${trafficClass} carries TLS records`, async () => {
    const { promise: heard, resolve } = Promise.withResolvers<Buffer>();
    await using canary = await Canary.start();
    canary.onRawConnection((socket) => socket.once("data", resolve));
    await using egress = await RunningEgress.start({ allow: [canary.authority] });
    const token = aToken({ class: trafficClass });
    const tunnel = await openTunnel(canary.authority, { port: egress.port, token });
    const record = Buffer.from([22, 3, 1, 0, 1, 1]);
    tunnel.socket.write(record);
    assert.deepEqual(await heard, record);
    tunnel.socket.destroy();
  });

  test(`class ${trafficClass} carries http once ${setting} is set, to public or allowed addresses only`, async () => {
    await using canary = await Canary.start();
    await using egress = await RunningEgress.start({ allow: [canary.authority], config: open });
    const token = aToken({ class: trafficClass });
    assert.equal(
      (await fetchThroughProxy(`${canary.url}/`, { port: egress.port, token })).body,
      "canary",
    );
    await using closed = await RunningEgress.start({ config: open });
    assert.equal(
      (await fetchThroughProxy(`${canary.url}/`, { port: closed.port, token })).statusCode,
      403,
    );
  });
}

test("class store reaches the configured endpoint without an allow list, and nothing else", async () => {
  await using store = await Canary.start();
  await using other = await Canary.start();
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.0/8"],
    config: { store: { host: "localhost", port: store.port } },
  });
  const token = aToken({ class: "store" });
  const { port } = egress;
  const answer = await fetchThroughProxy(`http://localhost:${store.port}/b/k`, {
    port,
    token,
    method: "PUT",
    body: "x",
  });
  assert.equal(answer.body, "canary");
  for (const authority of [
    `127.0.0.1:${store.port}`,
    `localhost:${other.port}`,
    other.authority,
    "93.184.216.34:443",
  ])
    assert.equal((await openTunnel(authority, { port, token })).statusCode, 403, authority);
  assert.deepEqual(store.paths, ["/b/k"]);
  assert.equal(other.connections, 0);
});

test("no other class reaches the object store at a private address", async () => {
  await using store = await Canary.start();
  await using egress = await RunningEgress.start({
    config: {
      store: { host: "127.0.0.1", port: store.port },
      webhookAllowsHTTP: true,
      storageAllowsHTTP: true,
    },
  });
  for (const trafficClass of ["page", "webhook", "tenant-storage"] as const) {
    const token = aToken({ class: trafficClass });
    assert.equal(
      (await fetchThroughProxy(`${store.url}/`, { port: egress.port, token })).statusCode,
      403,
      trafficClass,
    );
  }
  assert.equal(store.connections, 0);
});

test("without a configured object store, class store reaches nothing", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: ["127.0.0.0/8"] });
  const token = aToken({ class: "store" });
  assert.equal(
    (await fetchThroughProxy(`${canary.url}/`, { port: egress.port, token })).statusCode,
    403,
  );
});
