import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAccountTargets } from "../../../src/core/targets/account-targets.ts";
import { maxTokenLength } from "../../../src/core/tokens/proxy-token.ts";
import { ScriptedDNS } from "../../support/scripted-dns.ts";
import { AuthenticatingProxy } from "../../support/upstream-proxy.ts";
import { openForwarder } from "../worker/open-forwarder.ts";
import { fetchThroughSocks } from "../worker/socks-client.ts";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { openTunnel, readAll } from "./proxy-client.ts";

/** `Account.spec.targets.deny`: hosts to which a job's worker and the egress proxy make no connection. */

const sentence = /"?This account may not visit [^;]+; its operator can allow it in `targets`/;

test("an address that the account may not reach is refused in every notation", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const spellings = ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "localhost", "LOCALHOST."];
  for (const host of [...spellings, "[::ffff:7f00:1]"]) {
    const authority = `${host}:${canary.port}`;
    for (const deny of [["127.0.0.0/8"], ["192.0.2.0/24", "127.0.0.1"], ["::/0", "0.0.0.0/0"]]) {
      const tunnel = await openTunnel(authority, { port, token: aToken({ deny }) });
      assert.deepEqual([tunnel.statusCode, tunnel.reason], [403, "TargetNotAllowed"], authority);
      assert.match(await readAll(tunnel.socket), sentence);
    }
    const allowed = await openTunnel(authority, {
      port,
      token: aToken({ deny: ["192.0.2.0/24"] }),
    });
    assert.equal(allowed.statusCode, 200, authority);
    allowed.socket.destroy();
  }
});

test("a name that leads to such an address is refused, although another of its addresses is not one", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start((name) => ({
    addresses: name.startsWith("both.") ? ["127.0.0.1", "127.0.0.2"] : ["127.0.0.1"],
  }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.0/8"],
    dnsServers: [dns.server],
  });
  const ask = (host: string) =>
    openTunnel(`${host}:${canary.port}`, {
      port: egress.port,
      token: aToken({ deny: ["127.0.0.2"] }),
    });
  const refused = await ask("both.example");
  assert.equal(refused.reason, "TargetNotAllowed");
  const answer = await readAll(refused.socket);
  assert.match(answer, sentence);
  assert.ok(!answer.includes("127.0.0."), answer);
  const reached = await ask("one.example");
  assert.equal(reached.statusCode, 200);
  reached.socket.destroy();
});

test("the most ranges that an account can have still come with every tunnel", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const ranges = Array.from(
    { length: 255 },
    (_, at) => `2001:db80:ffff:ffff:ffff:ffff:ffff:${(at + 0xf000).toString(16)}/128`,
  );
  const ask = async (last: string): Promise<number> => {
    const token = aToken({ deny: [...ranges, last] });
    assert.ok(token.length > maxTokenLength / 2);
    const tunnel = await openTunnel(canary.authority, { port: egress.port, token });
    tunnel.socket.destroy();
    return tunnel.statusCode;
  };
  assert.equal(await ask("127.0.0.2"), 200);
  assert.equal(await ask("127.0.0.1"), 403);
});

test("a name that the account may not visit is not even asked for, in whatever spelling", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start(() => ({ addresses: ["127.0.0.1"] }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.1"],
    dnsServers: [dns.server],
  });
  await using forwarder = await openForwarder(`http://127.0.0.1:${egress.port}`);
  forwarder.authorize(aToken());
  forwarder.limitTargets(parseAccountTargets({ deny: ["evil.example", "*.evil.example"] }));
  for (const host of ["evil.example", "EVIL.example.", "a.b.evil.example"]) {
    const url = `http://${host}:${canary.port}/`;
    assert.deepEqual(await fetchThroughSocks(forwarder.port, url), { refusedWith: 2 }, host);
    const refusal = forwarder.refusalOf(url);
    assert.equal(refusal?.reason, "TargetNotAllowed");
    assert.match(refusal.message, sentence);
  }
  assert.equal(canary.connections, 0);
  const other = await fetchThroughSocks(forwarder.port, `http://good.example:${canary.port}/`);
  assert.deepEqual(other, { status: 200, body: "canary" });
});

test("the caller's own proxy is no way around: names and addresses as written are compared before it", async () => {
  await using upstream = await AuthenticatingProxy.start("user:pass");
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: ["127.0.0.0/8"] });
  await using forwarder = await openForwarder(`http://127.0.0.1:${egress.port}`);
  const deny = ["evil.example", "127.0.0.2"];
  forwarder.authorize(aToken({ deny: ["127.0.0.2"] }));
  forwarder.limitTargets(parseAccountTargets({ deny }));
  forwarder.useUpstream({
    ...{ host: "127.0.0.1", port: upstream.port, username: "user", password: "pass" },
    bypassHosts: [],
  });
  for (const host of ["evil.example", "127.0.0.2", "127.2"])
    assert.deepEqual(
      await fetchThroughSocks(forwarder.port, `http://${host}:${canary.port}/`),
      { refusedWith: 2 },
      host,
    );
  assert.deepEqual(upstream.served, []);
  const answer = await fetchThroughSocks(forwarder.port, `${canary.url}/`);
  assert.deepEqual(answer, { status: 200, body: "canary" });
  assert.equal(upstream.served.length, 1);
});
