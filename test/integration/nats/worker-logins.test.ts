import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { messageVersion } from "../../../src/api/messages/message-version.ts";
import { askQueue, consumers, streams, subjects } from "../../../src/api/messages/subjects.ts";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import { WorkerRegistry } from "../../../src/controller/pools/worker-registry.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { PullConsumer } from "../../../src/platform/nats/pull-consumer.ts";
import { serveRequests } from "../../../src/platform/nats/request-reply.ts";
import { ensureCaptureConsumer, ensureStreams } from "../../../src/platform/nats/streams.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { operatorNamespace as namespace } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { StubWorker } from "../../support/installation/stub-worker.ts";
import { silentLog } from "../../support/silent-log.ts";
import { connectAs, connectTo, keepLog, TestServer } from "./nats-fixture.ts";
import type { Connected, KeptLog } from "./nats-fixture.ts";
import { WorkerPods } from "./worker-pods.ts";

const never = new AbortController().signal;

/** Takes the next capture of a pool. */
async function pullOne(nats: Connected, pool: string): Promise<string> {
  const consumer = new PullConsumer(nats, {
    stream: streams.captures,
    consumer: consumers.captureWorker(pool),
    log: keepLog(),
  });
  return await eventually("a capture is delivered", async () => {
    const options = { max: 1, expiresMilliseconds: 10_000, signal: never };
    for await (const delivery of consumer.fetch(options)) {
      await delivery.ack();
      return delivery.subject;
    }
    return undefined;
  });
}

/** All that a worker is given comes to its inbox: captures, tickets and the answers to its other questions. */
interface Victim {
  nats: Connected;
  pool: string;
}

/** Lets the victim pull a capture from the owner of the streams, and ask a question, to which a controller has some answer. */
async function receiveSecrets(victim: Victim, owner: Connected): Promise<void> {
  const uid = randomUUID();
  await new Publisher(owner).publish(
    subjects.capture(victim.pool, uid),
    {},
    { messageID: `${uid}.1.1` },
  );
  assert.equal(await pullOne(victim.nats, victim.pool), subjects.capture(victim.pool, uid));
  const answer = await victim.nats.connection.request(subjects.ask.upload, "{}", {
    timeout: 60_000,
  });
  assert.ok(answer.data.byteLength > 0);
}

interface Thief {
  nats: Connected;
  log: KeptLog;
}

/** Listens on all these subjects, and says what came. */
async function listen(thief: Thief, names: readonly string[]): Promise<string[]> {
  const heard: string[] = [];
  for (const name of names)
    thief.nats.connection.subscribe(name, {
      callback: (err, message) => void (err === null && heard.push(message.subject)),
    });
  await thief.nats.connection.flush();
  return heard;
}

function refusedSubjects({ log }: Thief): string[] {
  return log.lines
    .filter(({ message }) => message === "NATS refused")
    .map(({ facts }) => String((facts["err"] as { subject?: string }).subject));
}

const inboxesOfPool = "_INBOX_worker-default.>";

describe("workers of a pool that share a password", () => {
  test("one hears the captures and tickets of the other", async () => {
    await using server = await TestServer.start();
    await using controller = await connectAs(server, "controller", keepLog());
    await ensureStreams(controller);
    await ensureCaptureConsumer(controller, "default");
    serveRequests(controller, subjects.ask.upload, askQueue, async () => ({ a: "ticket" }));
    const user = server.nats.users["worker-default"]!;
    const log = keepLog();
    await using thief = await connectTo(server, {
      ...user,
      inboxPrefix: inboxPrefix(user.user, "thief"),
      log,
    });
    await using victim = await connectTo(server, {
      ...user,
      inboxPrefix: inboxPrefix(user.user, "victim"),
    });
    const heard = await listen({ nats: thief, log }, [inboxesOfPool]);

    await receiveSecrets({ nats: victim, pool: "default" }, controller);

    await eventually("the thief has heard both", () => heard.length >= 2);
    assert.deepEqual(refusedSubjects({ nats: thief, log }), []);
  });
});

describe("workers that show the token of their pod", () => {
  let pods: WorkerPods;
  let controller: RunningController;
  let thief: Thief;
  let victim: Connected;
  let stranger: Connected;
  let owner: Connected;

  before(async () => {
    pods = await WorkerPods.start(["default", "big"]);
    controller = pods.pools.startController();
    for (const pool of ["default", "big"]) await pods.pools.untilReplicas(pool, 1);
    thief = await pods.connected("default", "thief");
    ({ nats: victim } = await pods.connected("default", "victim"));
    ({ nats: stranger } = await pods.connected("big", "stranger"));
    const { natsServer } = pods.pools.installation;
    owner = await connectTo({ url: natsServer.url, nats: natsServer } as TestServer);
  });

  after(async () => {
    await owner.stop();
    await controller[Symbol.asyncDispose]();
    await pods[Symbol.asyncDispose]();
  });

  test("each does its own work", async () => {
    for (const worker of [
      { nats: victim, pool: "default" },
      { nats: thief.nats, pool: "default" },
      { nats: stranger, pool: "big" },
    ])
      await receiveSecrets(worker, owner);
    assert.deepEqual(refusedSubjects(thief), []);
  });

  test("a stolen credential hears no other worker, of its pool or of another", async () => {
    const names = [
      inboxesOfPool,
      `${victim.inboxPrefix}.>`,
      `${stranger.inboxPrefix}.>`,
      "_INBOX_controller.>",
      "_INBOX_gateway.>",
      "_INBOX.>",
      "_R_.>",
      ">",
      subjects.allCaptures,
      subjects.allAnnouncements,
      subjects.allBytes,
      subjects.allResults,
      subjects.ask.plaintext,
      "$SYS.>",
      "$SYS.REQ.USER.AUTH",
    ];
    const heard = await listen(thief, names);
    await eventually("the server has refused all of them", () =>
      names.every((name) => refusedSubjects(thief).includes(name)),
    );

    await receiveSecrets({ nats: victim, pool: "default" }, owner);
    await receiveSecrets({ nats: stranger, pool: "big" }, owner);
    await thief.nats.connection.flush();

    assert.deepEqual(heard, []);
  });

  test("a stolen credential takes no work of another pool and speaks for no other worker", async () => {
    const names = [
      `$JS.API.CONSUMER.MSG.NEXT.${streams.captures}.${consumers.captureWorker("big")}`,
      `$JS.ACK.${streams.captures}.${consumers.captureWorker("big")}.1.1.1.1.0`,
      subjects.announce("default", "victim"),
      subjects.announce("big", "stranger"),
      `${victim.inboxPrefix}.x`,
      subjects.cancel("uid"),
      subjects.ask.signature,
      subjects.ask.usage,
      `$JS.API.STREAM.DELETE.${streams.captures}`,
      "$SYS.REQ.SERVER.PING.CONNZ",
      "$SYS.REQ.SERVER.x.KICK",
      "$SYS.REQ.USER.AUTH",
    ];
    for (const name of names) thief.nats.connection.publish(name, "{}");
    await eventually("the server has refused all of them", () =>
      names.every((name) => refusedSubjects(thief).includes(name)),
    );
    thief.nats.connection.publish(subjects.announce("default", "thief"), "{}");
    await thief.nats.connection.flush();
    assert.equal(refusedSubjects(thief).includes(subjects.announce("default", "thief")), false);
  });

  test("what a worker announces of another one on its own subject does not count", async () => {
    const registry = new WorkerRegistry({
      publisher: new Publisher(owner),
      clock: systemClock,
      log: silentLog,
    });
    await registry.start();
    await owner.connection.flush();
    const own = {
      version: messageVersion,
      worker: "thief",
      pool: "default",
      state: "Ready",
      slots: 1,
      holding: [],
      sandbox: "On",
    };
    for (const another of [{ pool: "big" }, { worker: "victim" }, {}])
      thief.nats.connection.publish(
        subjects.announce("default", "thief"),
        JSON.stringify({ ...own, ...another }),
      );
    await eventually(
      "what it says of itself counts",
      () => registry.workersOf("default").length > 0,
    );
    assert.deepEqual(registry.workersOf("default"), [own]);
    assert.deepEqual(registry.workersOf("big"), []);
    await registry.stop();
  });

  test("a job is captured by a worker with a token", async () => {
    const { tokenFile } = await pods.create("default", "capturing");
    const { installation } = pods.pools;
    await using worker = await StubWorker.start({
      url: installation.natsServer.url,
      user: "worker-default",
      tokenFile,
      name: "capturing",
    });
    await installation.createJob("with-token");
    const job = await installation.untilFinished("with-token");
    assert.equal(job.status?.conditions?.find(({ type }) => type === "Succeeded")?.status, "True");
    assert.equal(worker.requestsFor("with-token").length, 1);
  });

  test("who is nobody of ours is refused, and the server's log says why", async () => {
    const { tokenFile, uid } = await pods.create("default", "refused");
    await pods.pools.create("serviceaccounts", "ServiceAccount", "other", {});
    const other = await pods.pools.pods.create({
      metadata: { namespace, name: "not-of-a-pool" },
      spec: podSpec("stills-worker"),
    });
    const ofOther = await pods.pools.pods.create({
      metadata: {
        namespace,
        name: "of-other",
        labels: { "app.kubernetes.io/component": "worker", "stills.dev/pool": "default" },
      },
      spec: podSpec("other"),
    });
    const cases: [RegExp, { tokenFile?: string; user?: string; password?: string }][] = [
      [/shows no token/, {}],
      [/shows no token/, { user: "worker-default", password: "guessed" }],
      [/not valid/, { tokenFile: await pods.fileWith("nonsense") }],
      [
        /not valid/,
        { tokenFile: await pods.tokenFile({ audience: "", pod: { name: "refused", uid } }) },
      ],
      [/not valid/, { tokenFile: await pods.tokenFile({ audience: "another" }) }],
      [/belongs to no pod/, { tokenFile: await pods.tokenFile() }],
      [
        /not-of-a-pool is not, or no longer/,
        { tokenFile: await pods.tokenFile({ pod: refOf(other) }) },
      ],
      [
        /token is of system:serviceaccount:stills-system:other/,
        { tokenFile: await pods.tokenFile({ serviceAccount: "other", pod: refOf(ofOther) }) },
      ],
    ];
    for (const [reason, client] of cases)
      assert.match(await pods.refusalOf({ name: "refused", ...client }), reason);
    // The pod's own token, after all that, is taken.
    await using nats = await pods.connect("default", "refused", tokenFile);
    assert.equal(nats.isConnected, true);
  });

  test("a wrong password of a user of the server is asked about at nobody", async () => {
    const count = (outcome: string) =>
      controller.metric(`stills_worker_logins_total{outcome="${outcome}"}`);
    const before = [await count("Granted"), await count("Refused"), await count("Failed")];
    const refusal = await pods.refusalOf({ name: "x", user: "controller", password: "guessed" });
    assert.equal(refusal, "");
    assert.deepEqual(
      [await count("Granted"), await count("Refused"), await count("Failed")],
      before,
    );
  });

  test("the connection of a deleted pod is ended at once, no other, and its token is of no use", async () => {
    const { tokenFile, uid } = await pods.create("default", "deleted");
    const log = keepLog();
    await using nats = await pods.connect("default", "deleted", tokenFile, log);
    await pods.pools.pods.delete({ namespace, name: "deleted" }, { uid });

    await eventually("the server has closed the connection", () =>
      log.lines.some(({ message }) => message === "Disconnected from NATS"),
    );
    assert.match(
      await pods.refusalOf({ name: "deleted", tokenFile }),
      /not valid|deleted is not, or no longer/,
    );
    assert.equal(nats.isConnected, false);
    assert.equal(victim.isConnected, true);
    assert.equal(
      thief.log.lines.some(({ message }) => message === "Disconnected from NATS"),
      false,
    );
  });

  test("workers come back after NATS was killed", async () => {
    const { process } = pods.pools.installation.natsServer;
    await process.kill();
    await eventually("the worker has lost it", () => !victim.isConnected);
    await process.start(AbortSignal.timeout(60_000));
    const answer = await eventually("the worker is back, and a controller answers it", () =>
      victim.connection.request(subjects.ask.upload, "{}", { timeout: 5_000 }),
    );
    assert.ok(answer.data.byteLength > 0);
  });
});

function podSpec(serviceAccountName: string): object {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: "x",
        image: "x",
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}

function refOf({ metadata }: { metadata: { name?: string; uid?: string } }) {
  return { name: metadata.name ?? "", uid: metadata.uid ?? "" };
}
