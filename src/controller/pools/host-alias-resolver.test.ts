import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { HostAliasResolver } from "./host-alias-resolver.ts";

const settings = parseWorkerPodSettings({
  namePrefix: "stills-pool-",
  image: "stills-worker:1",
  serviceAccountName: "stills-worker",
  natsURL: "tls://nats.stills.svc:4222",
  natsPasswordSecretPrefix: "stills-nats-worker-",
  egressURL: "http://egress.stills.svc:3128",
  seccompProfile: { type: "RuntimeDefault" },
});
const signal = new AbortController().signal;

/** A clock that stands until it is moved; nothing that sleeps by it wakes. */
function stoppedClock(): Clock & { move(milliseconds: number): void } {
  let now = 0;
  return {
    now: () => now,
    monotonicMilliseconds: () => now,
    sleep: (_milliseconds, until) =>
      new Promise((_, reject) => until.addEventListener("abort", () => reject(until.reason))),
    move: (milliseconds) => (now += milliseconds),
  };
}

test("each name gets its address; one address serves several names", async () => {
  const hosts = new HostAliasResolver({ clock: stoppedClock(), lookup: async () => ["10.0.0.7"] });
  assert.deepEqual(await hosts.resolve(settings, signal), [
    { ip: "10.0.0.7", hostnames: ["nats.stills.svc", "egress.stills.svc"] },
  ]);
});

test("addresses need no alias, and with DNS no name does", async () => {
  const hosts = new HostAliasResolver({
    clock: stoppedClock(),
    lookup: async (host) => assert.fail(`${host} was looked up`),
  });
  const addresses = { natsURL: "nats://10.0.0.1:4222", egressURL: "http://[fd00::1]:3128" };
  assert.deepEqual(await hosts.resolve({ ...settings, ...addresses }, signal), []);
  assert.deepEqual(await hosts.resolve({ ...settings, allowDNS: true }, signal), []);
});

test("a name is resolved again after a minute and keeps its address while it has it", async () => {
  const clock = stoppedClock();
  let answer = ["10.0.0.1", "10.0.0.2"];
  let questions = 0;
  const hosts = new HostAliasResolver({
    clock,
    lookup: async () => {
      questions += 1;
      return answer;
    },
  });
  const address = async () => (await hosts.resolve(settings, signal))[0]?.ip;
  assert.equal(await address(), "10.0.0.1");
  answer = ["10.0.0.2", "10.0.0.1"];
  clock.move(59_000);
  await address();
  assert.equal(questions, 2, "one for each name");
  clock.move(2_000);
  assert.equal(await address(), "10.0.0.1");
  assert.equal(questions, 4);
  answer = ["10.0.0.3"];
  clock.move(61_000);
  assert.equal(await address(), "10.0.0.3");
});

test("a DNS failure keeps known addresses and is reported for other names", async () => {
  const clock = stoppedClock();
  let fails = true;
  const hosts = new HostAliasResolver({
    clock,
    lookup: async () => {
      if (fails) throw new Error("ENOTFOUND");
      return ["10.0.0.1"];
    },
  });
  await assert.rejects(hosts.resolve(settings, signal), /nats\.stills\.svc cannot be resolved/);
  fails = false;
  await hosts.resolve(settings, signal);
  fails = true;
  clock.move(61_000);
  assert.equal((await hosts.resolve(settings, signal))[0]?.ip, "10.0.0.1");
});
