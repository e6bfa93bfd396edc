import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { askQueue, consumers, streams, subjects } from "../../../src/api/messages/subjects.ts";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import { serveRequests } from "../../../src/platform/nats/request-reply.ts";
import { ensureCaptureConsumer, ensureStreams } from "../../../src/platform/nats/streams.ts";
import { eventually } from "../../support/eventually.ts";
import { connectAs, connectTo, keepLog, TestServer } from "./nats-fixture.ts";
import type { Connected } from "./nats-fixture.ts";

/**
 * nats-server publishes its answer to whatever reply subject a request names, with its own rights. Each attack uses one request that a worker
 * or a gateway needs for its work. The first suite shows that each reaches its aim where all users share an account, as on a server of which
 * Stills is only a guest; the second one that none does where they do not.
 */

interface Attacker {
  user: "worker-default" | "gateway";
  account: "WORKERS" | "GATEWAYS";
  stream: string;
  consumer: string;
}

const attackers: readonly Attacker[] = [
  {
    user: "worker-default",
    account: "WORKERS",
    stream: streams.captures,
    consumer: consumers.captureWorker("default"),
  },
  {
    user: "gateway",
    account: "GATEWAYS",
    stream: streams.deliveries,
    consumer: consumers.webhookSender,
  },
];

type Send = (nats: Connected, of: Attacker, reply: string) => Promise<void>;

const requests: Readonly<Record<string, Send>> = {
  "a pull of nothing": async (nats, of, reply) =>
    nats.connection.publish(pullFrom(of), '{"batch":1,"no_wait":true}', { reply }),
  "a pull that expires": async (nats, of, reply) =>
    nats.connection.publish(pullFrom(of), '{"batch":1,"expires":1000000000}', { reply }),
  "a malformed pull": async (nats, of, reply) =>
    nats.connection.publish(pullFrom(of), "{", { reply }),
  "an acknowledgement": async (nats, of, reply) =>
    nats.connection.publish(await receive(nats, of), "+ACK", { reply }),
  "an acknowledgement with a pull": async (nats, of, reply) =>
    nats.connection.publish(await receive(nats, of), '+NXT {"batch":1,"no_wait":true}', { reply }),
};

function pullFrom({ stream, consumer }: Attacker): string {
  return `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
}

/** Where the attacker acknowledges a message that it has been given. */
async function receive(nats: Connected, of: Attacker): Promise<string> {
  const uid = randomUUID();
  const isWorker = of.stream === streams.captures;
  const subject = isWorker ? subjects.capture("default", uid) : subjects.delivery(uid);
  await admin.jetstream.publish(subject, "{}");
  const reply = `${nats.inboxPrefix}.${uid}`;
  const replies: string[] = [];
  nats.connection.subscribe(reply, {
    callback: (_, message) => void replies.push(message.reply ?? ""),
  });
  nats.connection.publish(pullFrom(of), '{"batch":1,"expires":10000000000}', { reply });
  return await eventually("a message is delivered", () => replies[0]);
}

interface Aim {
  reply: string;
  /** Puts back what the attack destroys. */
  prepare: () => Promise<void>;
  isReached: () => Promise<boolean>;
}

let server: TestServer;
let admin: Connected;
let controller: Connected;
const heard: string[] = [];

async function setUp(isOneAccount: boolean): Promise<void> {
  server = await TestServer.start({ isOneAccount });
  admin = await connectTo(server);
  controller = await connectAs(server, "controller", keepLog());
  await ensureStreams(controller);
  await ensureCaptureConsumer(controller, "default");
  admin.connection.subscribe("stills.v1.>", {
    callback: (_, { subject }) => void heard.push(subject),
  });
  admin.connection.subscribe("_INBOX_victim.>", {
    callback: (_, { subject }) => void heard.push(subject),
  });
  await admin.connection.flush();
}

async function tearDown(): Promise<void> {
  await controller.stop();
  await admin.stop();
  await server[Symbol.asyncDispose]();
}

const aims: Readonly<Record<string, (of: Attacker) => Aim>> = {
  "delete a stream": () => ({
    reply: "$JS.API.STREAM.DELETE.VICTIM",
    prepare: async () =>
      void (await admin.manager.streams.add({ name: "VICTIM", subjects: ["victim"] })),
    isReached: async () =>
      !(await names(admin.manager.streams.list(), ({ config }) => config.name)).includes("VICTIM"),
  }),
  "delete a consumer": () => ({
    reply: `$JS.API.CONSUMER.DELETE.${streams.results}.${consumers.jobController}`,
    prepare: () => ensureStreams(controller),
    isReached: async () =>
      !(await names(admin.manager.consumers.list(streams.results), ({ name }) => name)).includes(
        consumers.jobController,
      ),
  }),
  "cancel a job": () => hearing(subjects.cancel("uid")),
  "speak to another's inbox": () => hearing("_INBOX_victim.a"),
};

function hearing(reply: string): Aim {
  return {
    reply,
    prepare: async () => void heard.splice(0),
    isReached: async () => heard.includes(reply),
  };
}

async function names<Item>(
  items: AsyncIterable<Item>,
  nameOf: (item: Item) => string,
): Promise<string[]> {
  const found: string[] = [];
  for await (const item of items) found.push(nameOf(item));
  return found;
}

/** Each combination once. */
function eachAttack(
  define: (name: string, attacker: Attacker, send: Send, aim: Aim) => void,
): void {
  for (const attacker of attackers)
    for (const [requestName, send] of Object.entries(requests))
      for (const [aimName, aimOf] of Object.entries(aims))
        define(`${attacker.user}: ${requestName}, to ${aimName}`, attacker, send, aimOf(attacker));
}

describe("in one account with everybody", () => {
  before(() => setUp(true));
  after(tearDown);

  eachAttack((name, of, send, aim) => {
    test(name, async () => {
      await aim.prepare();
      await using attacker = await connectAs(server, of.user, keepLog());
      await send(attacker, of, aim.reply);
      await eventually("the attack has reached its aim", () => aim.isReached());
    });
  });
});

describe("in an account of its own", () => {
  before(() => setUp(false));
  after(tearDown);

  eachAttack((name, of, send, aim) => {
    test(name, async () => {
      await aim.prepare();
      await using attacker = await connectAs(server, of.user, keepLog());
      await using observer = await connectAs(server, `observer-${of.account}`, keepLog());
      const answers: string[] = [];
      observer.connection.subscribe(aim.reply, {
        callback: (_, message) => void answers.push(message.subject),
      });
      await observer.connection.flush();

      await send(attacker, of, aim.reply);

      await eventually("the answer is in the attacker's account", () => answers.length > 0);
      // What would be done is done in the order in which it was asked for.
      await ensureStreams(controller);
      assert.equal(await aim.isReached(), false);
    });
  });

  test("a capture that is pulled to the subject of a result is no result", async () => {
    const capture = subjects.capture("default", "stolen");
    await admin.jetstream.publish(capture, "{}");
    await using attacker = await connectAs(server, "worker-default", keepLog());
    const [of] = attackers;
    const before = (await admin.manager.streams.info(streams.results)).state.last_seq;
    const request = '{"batch":1,"expires":10000000000}';
    attacker.connection.publish(pullFrom(of!), request, { reply: subjects.result("x") });
    await eventually("it is delivered", async () => {
      const info = await admin.manager.consumers.info(of!.stream, of!.consumer);
      return info.num_ack_pending === 1;
    });
    await ensureStreams(controller);
    assert.equal((await admin.manager.streams.info(streams.results)).state.last_seq, before);
    await admin.manager.streams.purge(streams.captures);
  });

  test("a question's answer goes to nobody but the account that asked", async () => {
    const stop = serveRequests(controller, subjects.ask.upload, askQueue, async () => ({}));
    await controller.connection.flush();
    await using attacker = await connectAs(server, "worker-default", keepLog());
    await using observer = await connectAs(server, "observer-WORKERS", keepLog());
    for (const reply of [subjects.capture("default", "forged"), "$JS.API.STREAM.DELETE.VICTIM"]) {
      const answers: string[] = [];
      observer.connection.subscribe(reply, {
        callback: (_, message) => void answers.push(message.subject),
      });
      await observer.connection.flush();
      heard.splice(0);
      attacker.connection.publish(subjects.ask.upload, "{}", { reply });
      await eventually("it is answered", () => answers.length === 1);
      await admin.connection.flush();
      assert.deepEqual(
        heard.filter((subject) => subject === reply),
        [],
      );
    }
    stop();
  });

  test("a worker tells the time by the server's clock", async () => {
    await using worker = await connectAs(server, "worker-default", keepLog());
    const subject = subjects.time(consumers.captureWorker("default"));
    const reply = await worker.connection.request(subject, "", { timeout: 10_000 });
    assert.match((reply.json() as { ts: string }).ts, /^20\d\d-/);
  });

  test("a pull that waits for long hears its heartbeats and then its message", async () => {
    await using worker = await connectTo(server, {
      ...server.nats.users["worker-default"]!,
      inboxPrefix: inboxPrefix("worker-default", "patient"),
    });
    const [of] = attackers;
    const request = '{"batch":2,"expires":30000000000,"idle_heartbeat":500000000}';
    const statuses: number[] = [];
    const messages: string[] = [];
    worker.connection.subscribe(`${worker.inboxPrefix}.p`, {
      callback: (_, { subject, headers }) =>
        void (headers?.hasError === true || headers?.code === 100
          ? statuses.push(headers.code)
          : messages.push(subject)),
    });
    worker.connection.publish(pullFrom(of!), request, {
      reply: `${worker.inboxPrefix}.p`,
    });
    await eventually("two heartbeats", () => statuses.filter((code) => code === 100).length >= 2);
    for (const uid of ["first", "second"]) {
      await admin.jetstream.publish(subjects.capture("default", uid), "{}");
      await eventually("the message has come", () =>
        messages.includes(subjects.capture("default", uid)),
      );
    }
  });
});
