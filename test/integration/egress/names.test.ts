import assert from "node:assert/strict";
import { test } from "node:test";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { fetchThroughProxy, openTunnel, readAll } from "./proxy-client.ts";
import { openForwarder } from "../worker/open-forwarder.ts";
import { fetchThroughSocks } from "../worker/socks-client.ts";
import { ScriptedDNS } from "../../support/scripted-dns.ts";

test("a name is resolved by the configured server and its page is reached", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start(() => ({ addresses: ["127.0.0.1"] }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.1"],
    dnsServers: [dns.server],
  });
  const url = `http://Page.Example.:${canary.port}/`;
  const answer = await fetchThroughProxy(url, { port: egress.port, token: aToken() });
  assert.equal(answer.body, "canary");
  assert.equal(dns.timesAsked("page.example"), 1);
});

test("a name is refused if any of its addresses is not allowed, in any order and family", async () => {
  await using canary = await Canary.start();
  const bad = [
    "10.0.0.1",
    "127.0.0.2",
    "fd00::1",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "::",
  ];
  const sets = bad.flatMap((address) => [
    [address, "127.0.0.1"],
    ["127.0.0.1", address],
    ["127.0.0.1", "93.184.216.34", address],
  ]);
  await using dns = await ScriptedDNS.start((name) => ({
    addresses: sets[Number(name.split(".")[0]?.slice(1))] ?? [],
  }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.1"],
    dnsServers: [dns.server],
  });
  for (const [at, addresses] of sets.entries()) {
    const authority = `n${at}.example:${canary.port}`;
    const tunnel = await openTunnel(authority, { port: egress.port, token: aToken() });
    assert.equal(tunnel.reason, "TargetNotAllowed", addresses.join());
    const answer = `${tunnel.head}${await readAll(tunnel.socket)}`;
    assert.match(answer, /STILLS_EGRESS_ALLOW_CIDRS/);
    for (const address of addresses) assert.ok(!answer.includes(address), answer);
  }
  assert.equal(canary.connections, 0);
});

test("a name that changes from an allowed to a forbidden address is refused at the next tunnel", async () => {
  await using canary = await Canary.start();
  await using inner = await Canary.start({ host: "127.0.0.2", port: canary.port });
  await using dns = await ScriptedDNS.start((_name, _type, earlier) => ({
    addresses: earlier === 0 ? ["127.0.0.1"] : ["127.0.0.2"],
    timeToLiveSeconds: 0,
  }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.1"],
    dnsServers: [dns.server],
  });
  const question = { port: egress.port, token: aToken() };
  const url = `http://rebind.example:${canary.port}/`;
  assert.equal((await fetchThroughProxy(url, question)).body, "canary");
  assert.equal((await fetchThroughProxy(url, question)).reason, "TargetNotAllowed");
  assert.equal(inner.connections, 0);

  // Positive control: allowed, the second address is what the name leads to.
  await using open = await RunningEgress.start({
    allow: ["127.0.0.0/8"],
    dnsServers: [dns.server],
  });
  assert.equal((await fetchThroughProxy(url, { port: open.port, token: aToken() })).body, "canary");
  assert.equal(inner.connections, 1);
});

test("the authorized address is dialled, although the server returns another one right after", async () => {
  await using canary = await Canary.start();
  await using inner = await Canary.start({ host: "127.0.0.2", port: canary.port });
  await using dns = await ScriptedDNS.start((_name, _type, earlier) => ({
    addresses: earlier === 0 ? ["127.0.0.1"] : ["127.0.0.2"],
  }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.0/8"],
    dnsServers: [dns.server],
  });
  const url = `http://rebind.example:${canary.port}/`;
  await fetchThroughProxy(url, { port: egress.port, token: aToken() });
  assert.equal(dns.timesAsked("rebind.example"), 1);
  assert.deepEqual([canary.connections, inner.connections], [1, 0]);
});

test("an answer is cached for its TTL, and concurrent lookups share one query", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start((name) => ({
    addresses: ["127.0.0.1"],
    timeToLiveSeconds: name.startsWith("fleeting") ? 0 : 3600,
  }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.1"],
    dnsServers: [dns.server],
  });
  const ask = (name: string) =>
    fetchThroughProxy(`http://${name}:${canary.port}/`, { port: egress.port, token: aToken() });
  await Promise.all(Array.from({ length: 20 }, () => ask("lasting.example")));
  await ask("lasting.example");
  assert.equal(dns.timesAsked("lasting.example", "A"), 1);
  assert.equal(dns.timesAsked("lasting.example", "AAAA"), 1);
  await ask("fleeting.example");
  await ask("fleeting.example");
  assert.equal(dns.timesAsked("fleeting.example"), 2);
});

test("a name that does not exist, one without addresses and a failing server are distinguished", async () => {
  await using dns = await ScriptedDNS.start((name) => {
    if (name === "absent.example") return { responseCode: 3 };
    if (name === "broken.example") return { responseCode: 2 };
    return {};
  });
  await using egress = await RunningEgress.start({ dnsServers: [dns.server] });
  const expected = {
    "absent.example": "NameNotResolved",
    "empty.example": "NameNotResolved",
    "broken.example": "ConnectionFailed",
  };
  for (const [name, reason] of Object.entries(expected)) {
    const answer = await fetchThroughProxy(`http://${name}/`, {
      port: egress.port,
      token: aToken(),
    });
    assert.deepEqual([answer.statusCode, answer.reason], [502, reason], name);
    assert.ok(answer.body.includes(name));
  }
});

test("name servers that cannot be reached are a fault of the proxy, not of the name", async () => {
  const gone = await ScriptedDNS.start(() => ({}));
  const { server } = gone;
  await gone[Symbol.asyncDispose]();
  await using egress = await RunningEgress.start({ dnsServers: [server] });
  const answer = await fetchThroughProxy("http://some.example/", {
    port: egress.port,
    token: aToken(),
  });
  assert.deepEqual([answer.statusCode, answer.reason], [502, "EgressUnavailable"]);
});

test("a server that does not answer is a timeout, not a name that does not exist", async () => {
  await using dns = await ScriptedDNS.start(() => ({ silent: true }));
  await using egress = await RunningEgress.start({
    dnsServers: [dns.server],
    limits: { connectTimeoutSeconds: 1 },
  });
  const answer = await fetchThroughProxy("http://silent.example/", {
    port: egress.port,
    token: aToken(),
  });
  assert.deepEqual([answer.statusCode, answer.reason], [504, "ConnectionFailed"]);
});

test("a page is reached over one address family if the lookup of the other fails", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start((_name, type) =>
    type === "AAAA" ? { responseCode: 2 } : { addresses: ["127.0.0.1"] },
  );
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.1"],
    dnsServers: [dns.server],
  });
  const answer = await fetchThroughProxy(`http://half.example:${canary.port}/`, {
    port: egress.port,
    token: aToken(),
  });
  assert.equal(answer.body, "canary");
});

test("of several allowed addresses, one that answers is dialled", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start(() => ({
    addresses: ["127.0.0.3", "127.0.0.2", "::1", "127.0.0.1"],
  }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.0/8", "::1"],
    dnsServers: [dns.server],
  });
  const answer = await fetchThroughProxy(`http://several.example:${canary.port}/`, {
    port: egress.port,
    token: aToken(),
  });
  assert.equal(answer.body, "canary");
});

test("localhost and its subdomains are loopback without a lookup in a hosts file or server", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start(() => ({ addresses: ["93.184.216.34"] }));
  await using open = await RunningEgress.start({
    allow: [canary.authority],
    dnsServers: [dns.server],
  });
  await using closed = await RunningEgress.start({ dnsServers: [dns.server] });
  for (const host of ["localhost", "localhost.", "app.localhost"]) {
    const url = `http://${host}:${canary.port}/`;
    assert.equal(
      (await fetchThroughProxy(url, { port: open.port, token: aToken() })).body,
      "canary",
      host,
    );
    assert.equal(
      (await fetchThroughProxy(url, { port: closed.port, token: aToken() })).reason,
      "TargetNotAllowed",
      host,
    );
    assert.equal(dns.timesAsked(host), 0);
  }
});

test("internal names are refused in one sentence without a lookup, whether they exist or not", async () => {
  const existing = ["kubernetes.default.svc.cluster.local", "nats.stills.svc", "wiki.internal"];
  const missing = ["absent.default.svc.cluster.local", "absent.stills.svc", "absent.internal"];
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start((name) =>
    existing.includes(name) ? { addresses: ["127.0.0.1"] } : { responseCode: 3 },
  );
  const names = [...existing, ...missing, "ip6-localhost", "localhost.localdomain", "kubernetes"];
  // What an operator allows are addresses: a name of the cluster stays no way to ask which Services there are.
  for (const allow of [[], ["0.0.0.0/0", "::/0"]]) {
    await using egress = await RunningEgress.start({ allow, dnsServers: [dns.server] });
    const answers = new Set<string>();
    for (const name of names)
      for (const trafficClass of ["page", "webhook", "tenant-storage"] as const) {
        const tunnel = await openTunnel(`${name}.:${canary.port}`, {
          port: egress.port,
          token: aToken({ class: trafficClass }),
        });
        const body = await readAll(tunnel.socket);
        assert.deepEqual([tunnel.statusCode, tunnel.reason], [403, "TargetNotAllowed"], name);
        answers.add(body.replaceAll(name, "NAME"));
      }
    assert.equal(answers.size, 1, [...answers].join("\n"));
    assert.match([...answers][0] ?? "", /The host name NAME is internal, so it may not be visited/);
  }
  for (const name of names) assert.equal(dns.timesAsked(name), 0, name);
  assert.equal(canary.connections, 0);
});

test("a job's own proxy with an internal name is refused in one sentence, whether it exists or not", async () => {
  await using dns = await ScriptedDNS.start((name) =>
    name.startsWith("proxy.") ? { addresses: ["10.0.0.1"] } : { responseCode: 3 },
  );
  await using egress = await RunningEgress.start({ dnsServers: [dns.server] });
  const refusals = new Set<string>();
  for (const host of ["proxy.stills.svc", "absent.stills.svc", "absent"]) {
    await using forwarder = await openForwarder(`http://127.0.0.1:${egress.port}`);
    forwarder.authorize(aToken());
    forwarder.useUpstream({ host, port: 3128, bypassHosts: [] });
    await fetchThroughSocks(forwarder.port, "http://page.example:8080/");
    refusals.add(JSON.stringify(forwarder.refusalOf("http://page.example:8080/")));
    assert.equal(dns.timesAsked(host), 0, host);
  }
  assert.equal(refusals.size, 1, [...refusals].join("\n"));
  assert.match(
    [...refusals][0] ?? "",
    /TargetNotAllowed.*has a name or an address that may not be/,
  );
});

test("the domain of the cluster is a setting", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start(() => ({ addresses: ["127.0.0.1"] }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.1"],
    clusterDomain: "k8s.shop.example",
    dnsServers: [dns.server],
  });
  const ask = (name: string) =>
    fetchThroughProxy(`http://${name}:${canary.port}/`, { port: egress.port, token: aToken() });
  for (const name of ["k8s.shop.example", "nats.stills.svc.k8s.shop.example"])
    assert.equal((await ask(name)).reason, "TargetNotAllowed", name);
  assert.equal((await ask("www.shop.example")).body, "canary");
  assert.equal(dns.timesAsked("nats.stills.svc.k8s.shop.example"), 0);
});
