import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress, tokenKey } from "./egress-fixture.ts";
import { fetchThroughProxy, openTunnel, rawConnection, readAll } from "./proxy-client.ts";
import type { ProxyRequest } from "./proxy-client.ts";

const publicEverywhere = { has: () => false, hasPublicIPv6: () => false };

/** Whether the proxy refuses this host, with the reason in header and body. */
async function assertRefused(
  egress: RunningEgress,
  authority: string,
  token: string,
): Promise<void> {
  const tunnel = await openTunnel(authority, { port: egress.port, token });
  assert.deepEqual([tunnel.statusCode, tunnel.reason], [403, "TargetNotAllowed"], authority);
  const body = JSON.parse(await readAll(tunnel.socket)) as { reason: string; message: string };
  assert.equal(body.reason, "TargetNotAllowed");
  assert.match(body.message, /public|browsers block/);
}

test("without a valid token no tunnel is opened", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const [payload, signature] = aToken().split(".");
  const otherKey = createHmac("sha256", "some other key").update(payload!).digest("base64url");
  const wrong = [
    undefined,
    "",
    "x",
    `${payload}.${otherKey}`,
    `${payload}x.${signature}`,
    aToken({ expires: 1 }),
  ];
  for (const token of wrong) {
    const question: ProxyRequest = token === undefined ? { port } : { port, token };
    const answer = await fetchThroughProxy(`${canary.url}/`, question);
    assert.equal(answer.statusCode, 407, String(token));
    assert.match(answer.headers["proxy-authenticate"] ?? "", /^Bearer/);
  }
  const basic = Buffer.from(`x:${aToken()}`).toString("base64");
  const socket = await rawConnection(port);
  socket.write(
    `CONNECT ${canary.authority} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic ${basic}\r\n\r\n`,
  );
  assert.match(await readAll(socket), /^HTTP\/1\.1 407 /);
  assert.equal(canary.connections, 0);
  assert.equal(await egress.metric('stills_egress_refused_tokens_total{problem="Expired"}'), 1);
});

const loopbackForms = [
  "127.0.0.1",
  "127.1",
  "0x7f.1",
  "0x7f000001",
  "2130706433",
  "0177.0.0.1",
  "017700000001",
  "127.0.0.1.",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "a.b.localhost",
  "0",
  "0.0.0.0",
  "[::1]",
  "[::]",
  "[0:0:0:0:0:0:0:1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:0:127.0.0.1]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
  "[2001:0:7f00:1::]",
];

test("loopback is refused in every form, and a canary there gets no connection", async () => {
  await using canary = await Canary.start({ host: "::" });
  await using egress = await RunningEgress.start();
  const token = aToken();
  for (const form of loopbackForms) await assertRefused(egress, `${form}:${canary.port}`, token);
  assert.equal(canary.connections, 0);
});

test("the same forms reach the canary if its block is allowed", async () => {
  await using canary = await Canary.start({ host: "::" });
  await using egress = await RunningEgress.start({ allow: ["127.0.0.0/8", "::1"] });
  const token = aToken();
  const reaching = loopbackForms.filter(
    (form) => !/^0$|0\.0\.0\.0|\[::\]|ffff:0:|::127|64:ff9b|200[12]:/.test(form),
  );
  for (const form of reaching) {
    const answer = await fetchThroughProxy(`http://${form}:${canary.port}/`, {
      port: egress.port,
      token,
    });
    assert.equal(answer.body, "canary", form);
  }
  for (const form of loopbackForms.filter((candidate) => !reaching.includes(candidate)))
    await assertRefused(egress, `${form}:${canary.port}`, token);
});

test("private addresses of every kind are refused without dialling", async () => {
  await using egress = await RunningEgress.start();
  const token = aToken();
  for (const host of [
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "168.63.129.16",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[64:ff9b::a9fe:a9fe]",
    "[::ffff:169.254.169.254]",
    "0xa9fea9fe",
    "2852039166",
  ])
    await assertRefused(egress, `${host}:80`, token);
  assert.equal(
    await egress.metric('stills_egress_dial_duration_seconds_count{outcome="Connected"}'),
    0,
  );
  assert.equal(
    await egress.metric('stills_egress_dial_duration_seconds_count{outcome="Failed"}'),
    0,
  );
});

test("a page cannot reach this machine through its own public addresses", async () => {
  await using egress = await RunningEgress.start({
    interfaceAddresses: {
      has: (address) => address === "93.184.216.34",
      hasPublicIPv6: () => false,
    },
  });
  await assertRefused(egress, "93.184.216.34:80", aToken());
});

test("denied blocks are refused although they are public or allowed", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.0/8"],
    deny: [canary.authority, "93.184.216.0/24"],
    interfaceAddresses: publicEverywhere,
  });
  await assertRefused(egress, canary.authority, aToken());
  await assertRefused(egress, "93.184.216.34:80", aToken());
  assert.equal(canary.connections, 0);
});

test("ports that browsers block are refused even if the address is allowed", async () => {
  await using egress = await RunningEgress.start({ allow: ["127.0.0.0/8"] });
  for (const port of [22, 25, 6000, 6667, 10080])
    await assertRefused(egress, `127.0.0.1:${port}`, aToken());
});

test("refusals are logged with job, host and reason, and without the token", async () => {
  await using egress = await RunningEgress.start();
  const token = aToken({ uid: "job-logged", attempt: 3 });
  await fetchThroughProxy("http://10.0.0.1/", { port: egress.port, token });
  const lines = egress.logLines.filter((line) => line.includes("Refused request"));
  assert.equal(lines.length, 1);
  const facts = JSON.parse(lines[0]!) as Record<string, unknown>;
  assert.equal(facts["level"], "info");
  assert.equal(facts["jobUID"], "job-logged");
  assert.equal(facts["attempt"], 3);
  assert.equal(facts["trafficClass"], "page");
  assert.equal(facts["targetHost"], "10.0.0.1");
  assert.equal(facts["reason"], "TargetNotAllowed");
  const all = egress.logLines.join("");
  assert.ok(!all.includes(token) && !all.includes(tokenKey));
});

test("a hostile page cannot fill the log", async () => {
  await using egress = await RunningEgress.start();
  const token = aToken();
  for (let round = 0; round < 50; round += 1)
    await fetchThroughProxy("http://10.0.0.1/", { port: egress.port, token });
  const atInfo = egress.logLines.filter((line) => /"level":"info".*Refused request/.test(line));
  assert.equal(atInfo.length, 20);
});
