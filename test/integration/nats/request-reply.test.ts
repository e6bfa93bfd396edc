import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Failure } from "../../../src/api/reasons/failure.ts";
import { sendRequest, serveRequests } from "../../../src/platform/nats/request-reply.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import type { BytesMessage, CoreMessage } from "../../../src/platform/nats/publisher.ts";
import { eventually } from "../../support/eventually.ts";
import { connectTo, keepLog, TestServer } from "./nats-fixture.ts";

const subject = "stills.v1.ask.upload";
const patient = { timeoutMilliseconds: 60_000 };

test("a question is answered by one member of the queue group", async () => {
  await using server = await TestServer.start();
  await using asker = await connectTo(server);
  await using one = await connectTo(server, { inboxPrefix: "_INBOX_a" });
  await using two = await connectTo(server, { inboxPrefix: "_INBOX_b" });
  const heard: string[] = [];
  const handler = (member: string) => async (body: unknown) => {
    heard.push(member);
    return { youSaid: body };
  };
  serveRequests(one, subject, "controllers", handler("one"));
  serveRequests(two, subject, "controllers", handler("two"));

  assert.deepEqual(await sendRequest(asker, subject, { n: 1 }, patient), { youSaid: { n: 1 } });
  assert.equal(heard.length, 1);
});

test("what the handler throws reaches the asker as the same failure", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  serveRequests(nats, subject, "controllers", async () => {
    throw new Failure("StorageDenied", { message: "The store said no" });
  });
  await assert.rejects(sendRequest(nats, subject, {}, patient), {
    name: "Failure",
    reason: "StorageDenied",
    message: "The store said no",
  });
});

test("an unexpected error of the handler is answered without its text, which is logged", async () => {
  await using server = await TestServer.start();
  const log = keepLog();
  await using nats = await connectTo(server, { log });
  serveRequests(nats, subject, "controllers", async () => {
    throw new Error("password is hunter2");
  });
  await assert.rejects(sendRequest(nats, subject, {}, patient), (err: Failure) => {
    assert.equal(err.reason, "InternalError");
    assert.doesNotMatch(err.message, /hunter2/);
    return true;
  });
  const logged = log.lines.find(({ message }) => message === "Could not serve request");
  assert.equal(logged?.facts["subject"], subject);
  assert.match(String(logged?.facts["err"]), /hunter2/);
});

test("a request waits for a responder that starts later", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  const asking = sendRequest(nats, subject, {}, patient);

  serveRequests(nats, subject, "controllers", async () => "here");

  assert.equal(await asking, "here");
});

test("a question nobody answers fails when its limit is over", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  await assert.rejects(sendRequest(nats, subject, {}, { timeoutMilliseconds: 500 }), {
    reason: "InternalError",
    message: `No reply on ${subject} in time`,
  });
  serveRequests(nats, subject, "controllers", () => new Promise(() => {}));
  await assert.rejects(sendRequest(nats, subject, {}, { timeoutMilliseconds: 500 }), {
    reason: "InternalError",
  });
});

test("a question ends when its signal aborts", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  const stopping = new AbortController();
  serveRequests(nats, subject, "controllers", () => {
    stopping.abort(new Error("stopping"));
    return new Promise(() => {});
  });
  await assert.rejects(sendRequest(nats, subject, {}, { ...patient, signal: stopping.signal }), {
    message: "stopping",
  });
});

test("more questions than handlers at once wait their turn, and all are answered", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  const gate = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  serveRequests(nats, subject, "controllers", async (body) => {
    running += 1;
    most = Math.max(most, running);
    await gate.promise;
    running -= 1;
    return body;
  });
  const numbers = Array.from({ length: 300 }, (_, n) => n);
  const asking = Promise.all(numbers.map((n) => sendRequest(nats, subject, n, patient)));
  await eventually("every handler is busy", () => running === 64);
  await nats.connection.flush();

  gate.resolve();

  assert.deepEqual(await asking, numbers);
  assert.equal(most, 64);
});

test("who stopped answering is not asked any more", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  const stop = serveRequests(nats, subject, "controllers", async () => "old");
  stop();
  stop();
  serveRequests(nats, subject, "controllers", async () => "new");
  assert.equal(await sendRequest(nats, subject, {}, patient), "new");
});

/**
 * Publishes a question from another process and waits until the server has passed it on. This process stands still meanwhile:
 * what was passed on to it is on its way, and unread.
 */
function questionOnItsWay(server: TestServer, inbox: string): void {
  const { hostname, port } = new URL(server.url);
  const { user, password } = server.nats;
  const connect = JSON.stringify({ user, pass: password, verbose: false, pedantic: false });
  const lines = [`CONNECT ${connect}`, `PUB ${subject} ${inbox} 9`, `"waiting"`, "PING", ""];
  const script = `const socket = require("node:net").connect(${port}, "${hostname}");
    socket.write(${JSON.stringify(lines.join("\r\n"))});
    let heard = "";
    socket.on("data", (chunk) => (heard += chunk).includes("PONG") && socket.destroy());`;
  execFileSync(process.execPath, ["-e", script], { timeout: 60_000 });
}

test("who stops answering still answers what was on its way", async () => {
  await using server = await TestServer.start();
  await using asker = await connectTo(server, { inboxPrefix: "_INBOX_asker" });
  await using nats = await connectTo(server);
  const answers: unknown[] = [];
  const inbox = "_INBOX_asker.drained";
  new Publisher(asker).subscribe(inbox, ({ body }) => answers.push(body));
  const heard: unknown[] = [];
  const stop = serveRequests(nats, subject, "controllers", async (body) => {
    heard.push(body);
    return "answered";
  });
  await Promise.all([asker.connection.flush(), nats.connection.flush()]);

  questionOnItsWay(server, inbox);
  assert.deepEqual(heard, []);
  stop();

  await eventually("the question is answered", () => answers.length > 0);
  assert.deepEqual(answers, [{ answer: "answered" }]);
  assert.deepEqual(heard, ["waiting"]);
  await assert.rejects(sendRequest(asker, subject, "late", { timeoutMilliseconds: 500 }));
  assert.deepEqual(heard, ["waiting"]);
});

test("a question that wants its answer elsewhere than in an inbox is not answered", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  const questions: unknown[] = [];
  const answers: string[] = [];
  serveRequests(nats, subject, "controllers", async (body) => {
    questions.push(body);
    return body;
  });
  new Publisher(nats).subscribe("stills.v1.cancel.*", (message) => answers.push(message.subject));
  nats.connection.publish(subject, '"bad"', { reply: "stills.v1.cancel.uid" });

  assert.equal(await sendRequest(nats, subject, "good", patient), "good");

  assert.deepEqual(questions, ["good"]);
  assert.deepEqual(answers, []);
});

test("JSON and bytes sent on core subjects are heard until the subscription ends", async () => {
  await using server = await TestServer.start();
  const log = keepLog();
  await using nats = await connectTo(server, { log });
  const publisher = new Publisher(nats);
  const messages: CoreMessage[] = [];
  const pictures: BytesMessage[] = [];
  const stop = publisher.subscribe("stills.v1.verdict.*", (message) => {
    messages.push(message);
    if (messages.length === 1) throw new Error("a handler that fails");
  });
  publisher.subscribeBytes("stills.v1.bytes.>", (message) => pictures.push(message));

  publisher.send("stills.v1.verdict.a", { n: 1 });
  publisher.send("stills.v1.verdict.b", { n: 2 });
  publisher.sendBytes("stills.v1.bytes.g.t", Uint8Array.of(1, 2, 255), { "Stills-Part": "1" });
  await eventually("all are heard", () => messages.length === 2 && pictures.length === 1);

  assert.deepEqual(messages[1], { subject: "stills.v1.verdict.b", body: { n: 2 } });
  assert.deepEqual([...(pictures[0]?.bytes ?? [])], [1, 2, 255]);
  assert.equal(pictures[0]?.headers["Stills-Part"], "1");
  assert.ok(log.lines.some((line) => line.message === "Could not handle message"));
  assert.ok(publisher.maxPayloadBytes >= 1_000_000);

  stop();
  publisher.send("stills.v1.verdict.c", {});
  publisher.sendBytes("stills.v1.bytes.g.u", Uint8Array.of(1));
  await eventually("the later message is heard", () => pictures.length === 2);
  assert.equal(messages.length, 2);
});
