import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import type { LeaderElectionOptions } from "../../../src/platform/kube/leader-election.ts";
import { LeaderElection, LeadershipLost } from "../../../src/platform/kube/leader-election.ts";
import { LeaseRecord, microTime } from "../../../src/platform/kube/lease-record.ts";
import { leases, namespaces } from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import { eventually } from "../../support/eventually.ts";
import type { TestKubeAPI } from "../../support/servers.ts";
import { startKubeAPI } from "../../support/servers.ts";

const log = createLogger({ component: "test", level: "silent" });

let kube: TestKubeAPI;
let transport: KubeTransport;

before(async () => {
  kube = await startKubeAPI();
  transport = new KubeTransport(kubeCredentials(kube.kubeconfig));
  await eventually("the default namespace is there", () =>
    namespaces(transport).get({ name: "default" }),
  );
});

after(async () => {
  await transport.close();
  await kube[Symbol.asyncDispose]();
});

/** Short enough for a test, long enough for a loaded machine. */
const quick = { leaseDurationSeconds: 15, renewDeadlineSeconds: 10, retryPeriodSeconds: 0.2 };

function createElection(
  leaseName: string,
  identity: string,
  options: Partial<LeaderElectionOptions> = {},
): LeaderElection {
  return new LeaderElection({
    transport,
    clock: systemClock,
    log,
    namespace: "default",
    leaseName,
    identity,
    ...quick,
    onStartedLeading: () => undefined,
    ...options,
  });
}

async function readLease(leaseName: string) {
  return (await leases(transport).get({ namespace: "default", name: leaseName })).spec;
}

test("one of two leads; when it stops, the other follows without waiting for the lease to end", async () => {
  // Nobody would wait this long for a lease to run out.
  const patient = { leaseDurationSeconds: 3600, renewDeadlineSeconds: 1800 };
  const first = createElection("handover", "first", patient);
  await first.start();
  await eventually("the first leads", () => first.isLeader);
  const second = createElection("handover", "second", patient);
  await second.start();
  await eventually("the second knows the holder", () => second.holderIdentity === "first");
  assert.equal(second.isLeader, false);
  await first.stop();
  assert.equal(first.isLeader, false);
  await eventually("the second leads", () => second.isLeader);
  const lease = await readLease("handover");
  assert.equal(lease?.holderIdentity, "second");
  assert.equal(lease?.leaseTransitions, 1);
  await second.stop();
  assert.equal((await readLease("handover"))?.holderIdentity, "");
});

test("a leader with a lasting handicap hands over to a candidate without one, and leads until then", async () => {
  const handicap = (): string => "NATS does not answer";
  const offering = { offerAfterSeconds: 0.1, offerSeconds: 1, standAfterSeconds: 0.1 };
  const first = createElection("offered", "first", { ...offering, handicap });
  // Longer than any test: it never stands.
  const second = createElection("offered", "second", { standAfterSeconds: 3600, handicap });
  await first.start();
  await eventually("the first leads, since nobody else does", () => first.isLeader);
  await second.start();
  await eventually("the lease was on offer and is taken back", async () => {
    const lease = await readLease("offered");
    return (lease?.leaseTransitions ?? 0) >= 2 && lease?.holderIdentity === "first";
  });
  assert.equal(first.isLeader, true);
  assert.equal(second.isLeader, false);

  const third = createElection("offered", "third");
  await third.start();

  await assert.rejects(first.failed, (thrown: unknown) => {
    assert.ok(thrown instanceof LeadershipLost);
    assert.match(thrown.message, /third.*NATS does not answer|now held by third/);
    return true;
  });
  await eventually("the third leads", () => third.isLeader);
  assert.equal(second.isLeader, false);
  await second.stop();
  await third.stop();
});

test("the lease is held on to until the leader's work has ended", async () => {
  const work = Promise.withResolvers<void>();
  let wasTold = false;
  const first = createElection("orderly", "first", {
    stopLimitSeconds: 120,
    onStartedLeading: async (signal) => {
      signal.addEventListener("abort", () => (wasTold = true), { once: true });
      await work.promise;
    },
  });
  await first.start();
  await eventually("the first leads", () => first.isLeader);
  const stopped = first.stop();
  await eventually("the work was told", () => wasTold);
  const before = await readLease("orderly");
  await eventually("the lease is renewed all the same", async () => {
    const now = await readLease("orderly");
    return now?.holderIdentity === "first" && now.renewTime !== before?.renewTime;
  });
  work.resolve();
  await stopped;
  assert.equal((await readLease("orderly"))?.holderIdentity, "");
});

test("work of the leader that fails fails the part, and the lease is given back", async () => {
  const broken = new Error("broken work");
  const election = createElection("broken", "first", {
    onStartedLeading: async () => {
      throw broken;
    },
  });
  await election.start();
  await assert.rejects(election.failed, broken);
  assert.equal((await readLease("broken"))?.holderIdentity, "");
  await election.stop();
});

test("a frozen leader is followed by another, and gives up when it thaws", async () => {
  const frozen = spawn(
    process.execPath,
    [
      fileURLToPath(new URL("./elector.ts", import.meta.url)),
      kube.kubeconfig,
      "frozen",
      "frozen-one",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const lines: string[] = [];
  createInterface(frozen.stdout).on("line", (line) => lines.push(line));
  // Its last line is read by then; "exit" may come before.
  const exited = once(frozen, "close");
  let leading: AbortSignal | undefined;
  const other = createElection("frozen", "other-one", {
    onStartedLeading: (signal) => void (leading = signal),
  });
  try {
    await eventually("the first leads", () => lines.includes("leading"));
    frozen.kill("SIGSTOP");
    await other.start();
    await eventually("the other leads", () => other.isLeader);
    frozen.kill("SIGCONT");
    assert.deepEqual(await exited, [3, null]);
    assert.match(lines.at(-1) ?? "", /^lost: LeadershipLost/);
    assert.equal(other.isLeader, true);
    assert.equal(leading?.aborted, false);
    assert.equal((await readLease("frozen"))?.holderIdentity, "other-one");
  } finally {
    frozen.kill("SIGKILL");
    await other.stop();
  }
});

test("whether a lease has run out is judged by when it was last seen to change, not by its times", async () => {
  await leases(transport).create({
    metadata: { namespace: "default", name: "skewed" },
    spec: {
      holderIdentity: "machine-with-a-wrong-clock",
      leaseDurationSeconds: 15,
      acquireTime: microTime(0),
      renewTime: microTime(0),
      leaseTransitions: 4,
    },
  });
  const record = new LeaseRecord(leases(transport), {
    namespace: "default",
    leaseName: "skewed",
    identity: "us",
    leaseDurationSeconds: 15,
  });
  const call = { nowMilliseconds: Date.now(), timeoutMilliseconds: 30_000 };
  assert.equal(await record.tryToHold(1_000, call), false);
  assert.equal(await record.tryToHold(15_999, call), false);
  assert.equal(await record.tryToHold(16_000, call), true);
  assert.equal((await readLease("skewed"))?.leaseTransitions, 5);
});

test("a leader that cannot reach the API server gives up at its renew deadline", async () => {
  const election = createElection("unreachable", "first", {
    leaseDurationSeconds: 3,
    renewDeadlineSeconds: 2,
  });
  await election.start();
  await eventually("it leads", () => election.isLeader);
  await kube.process.kill();
  await assert.rejects(election.failed, LeadershipLost);
  assert.equal(election.isLeader, false);
  await election.stop();
  await kube.process.start(AbortSignal.timeout(180_000));
});
