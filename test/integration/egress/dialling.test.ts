import assert from "node:assert/strict";
import { test } from "node:test";
import { isInNetworkNamespace, runInNetworkNamespace } from "../../support/network-namespace.ts";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { fetchThroughProxy } from "./proxy-client.ts";
import { ScriptedDNS } from "../../support/scripted-dns.ts";

/** Nobody has them: packets to them leave the namespace's interface and are never answered. */
const silent = ["93.184.216.1", "93.184.216.2", "2606:4700:4700::1"];
const alive = "93.184.216.34";
const alive6 = "2606:4700:4700::1111";

if (isInNetworkNamespace()) defineTests();
else
  test("dialling, in a network namespace where some addresses never answer", async () => {
    await runInNetworkNamespace(import.meta.filename, [alive, alive6]);
  });

function defineTests(): void {
  test("addresses that never answer do not prevent a connection to one that does, in either family", async () => {
    await using canary = await Canary.start({ host: "::" });
    for (const living of [alive, alive6])
      for (const prefersIPv6 of [true, false]) {
        await using dns = await ScriptedDNS.start(() => ({ addresses: [...silent, living] }));
        await using egress = await RunningEgress.start({
          dnsServers: [dns.server],
          limits: { connectTimeoutSeconds: 30 },
          interfaceAddresses: { has: () => false, hasPublicIPv6: () => prefersIPv6 },
        });
        const url = `http://partly.example:${canary.port}/`;
        const answer = await fetchThroughProxy(url, { port: egress.port, token: aToken() });
        assert.equal(answer.body, "canary", `${living}, IPv6 first: ${prefersIPv6}`);
      }
  });

  test("a host that never answers is a timeout, without its address in the message", async () => {
    await using dns = await ScriptedDNS.start(() => ({ addresses: silent }));
    await using egress = await RunningEgress.start({
      dnsServers: [dns.server],
      limits: { connectTimeoutSeconds: 1 },
    });
    const url = "http://silent.example/";
    const answer = await fetchThroughProxy(url, { port: egress.port, token: aToken() });
    assert.deepEqual([answer.statusCode, answer.reason], [504, "ConnectionFailed"]);
    assert.match(answer.body, /silent\.example did not answer on port 80 within 1 seconds/);
    for (const address of silent) assert.ok(!answer.body.includes(address));
    assert.equal(
      await egress.metric('stills_egress_dial_duration_seconds_count{outcome="TimedOut"}'),
      1,
    );
  });

  test("a page reaches this machine through its own public address only if that is allowed", async () => {
    await using canary = await Canary.start({ host: "::" });
    await using closed = await RunningEgress.start();
    await using open = await RunningEgress.start({ allow: [alive, alive6] });
    for (const host of [alive, `[${alive6}]`]) {
      const url = `http://${host}:${canary.port}/`;
      const refused = await fetchThroughProxy(url, { port: closed.port, token: aToken() });
      assert.equal(refused.reason, "TargetNotAllowed", host);
      assert.equal(
        (await fetchThroughProxy(url, { port: open.port, token: aToken() })).body,
        "canary",
        host,
      );
    }
    assert.deepEqual(canary.connections, 2);
  });
}
