import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { eventually } from "../../../test/support/eventually.ts";
import type { Answer } from "../../../test/support/scripted-kube-api.ts";
import {
  ScriptedKubeAPI,
  answerWith,
  failWith,
  resetConnection,
  staySilent,
} from "../../../test/support/scripted-kube-api.ts";
import { systemClock } from "../process/clock.ts";
import { createLogger } from "../process/logger.ts";
import type { KubeMetrics } from "./kube-metrics.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import { Reflector } from "./reflector.ts";
import type { KubeObject } from "./kube-object.ts";
import type { ResourceType } from "./resource-type.ts";
import { KubeTransport } from "./transport.ts";

/** Faults that no healthy API server can be made to produce; the rest is tested on a real one in test/integration/kube. */

const type: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};
const log = createLogger({ component: "test", level: "silent" });

function object(name: string, resourceVersion: string, uid = `uid-${name}`): KubeObject {
  return { metadata: { namespace: "ns", name, uid, resourceVersion } };
}

function send(response: ServerResponse, eventType: string, body: unknown): void {
  if (!response.headersSent) response.writeHead(200, { "content-type": "application/json" });
  response.write(`${JSON.stringify({ type: eventType, object: body })}\n`);
}

function sendInitial(response: ServerResponse, objects: KubeObject[], resourceVersion: string) {
  for (const item of objects) send(response, "ADDED", item);
  send(response, "BOOKMARK", {
    metadata: { resourceVersion, annotations: { "k8s.io/initial-events-end": "true" } },
  });
}

function listOf(objects: KubeObject[], resourceVersion: string, next?: string): Answer {
  return answerWith(200, { metadata: { resourceVersion, continue: next }, items: objects });
}

/** A healthy server: "a" at first, and "b" appears to a watch from version 10. */
const healthy: Answer = (request, response) => {
  const query = new URL(request.url ?? "", "http://server").searchParams;
  if (query.get("watch") === null) return listOf([object("a", "9")], "10")(request, response);
  if (query.get("sendInitialEvents") === "true") sendInitial(response, [object("a", "9")], "10");
  else send(response, "ADDED", object("b", "20"));
};

/** A healthy beginning, then the fault in the same stream. */
function brokenBy(breakStream: (response: ServerResponse) => void): Answer {
  return (_request, response) => {
    sendInitial(response, [object("a", "9")], "10");
    // In a later turn, so that what was written before is on its way.
    setTimeout(() => breakStream(response), 20);
  };
}

const statusObject = (code: number, reason: string) => ({ kind: "Status", code, reason });

interface SubjectOptions {
  metrics?: KubeMetrics;
  /** Short where silence is what is tested. */
  silenceLimitMilliseconds?: number;
}

interface Subject extends AsyncDisposable {
  reflector: Reflector<KubeObject, string>;
  api: ScriptedKubeAPI;
  changes: string[];
}

async function startReflector(
  script: Answer[],
  otherwise: Answer = healthy,
  { metrics = silentKubeMetrics, silenceLimitMilliseconds = 10_000 }: SubjectOptions = {},
): Promise<Subject> {
  const api = await ScriptedKubeAPI.start(script, otherwise);
  const transport = new KubeTransport(api.credentials, { metrics });
  const reflector = new Reflector<KubeObject, string>({
    transport,
    type,
    clock: systemClock,
    log,
    metrics,
    project: ({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`,
    silenceLimitMilliseconds,
    backoffMilliseconds: 10,
  });
  const changes: string[] = [];
  reflector.onChange((_key, change) => changes.push(`${change.kind} ${change.record}`));
  await reflector.start();
  return {
    reflector,
    api,
    changes,
    [Symbol.asyncDispose]: async () => {
      await reflector.stop();
      await transport.close();
      await api[Symbol.asyncDispose]();
    },
  };
}

function limitFor(fault: string): SubjectOptions {
  return /silent|no answer|half-open/.test(fault) ? { silenceLimitMilliseconds: 300 } : {};
}

const faultsBeforeTheFirstByte: Record<string, Answer> = {
  "a 500": failWith(500, "InternalError"),
  "a 401": failWith(401, "Unauthorized"),
  "a 403": failWith(403, "Forbidden"),
  "a 404": failWith(404, "NotFound"),
  "a 410": failWith(410, "Expired"),
  "a 422": failWith(422, "Invalid"),
  "a 400": failWith(400, "BadRequest"),
  "a 429 that asks for a second": failWith(429, "TooManyRequests", { "retry-after": "1" }),
  "a 503": failWith(503, "ServiceUnavailable"),
  "a reset connection": resetConnection,
  "no answer": staySilent,
  "an empty stream": (_request, response) => response.writeHead(200).end(),
  "a page of a proxy": (_request, response) => response.writeHead(200).end("<html></html>\n"),
  "a stream that ends before its initial events do": (_request, response) => {
    send(response, "ADDED", object("a", "9"));
    response.end();
  },
  "an ERROR event first": (_request, response) =>
    send(response, "ERROR", statusObject(500, "InternalError")),
};

for (const [name, fault] of Object.entries(faultsBeforeTheFirstByte)) {
  test(`${name} does not stop it`, async () => {
    await using subject = await startReflector([fault, fault], healthy, limitFor(name));
    await subject.reflector.synced;
    assert.equal(subject.reflector.get("ns/a"), "a@9");
  });
}

const faultsThatResume: Record<string, (response: ServerResponse) => void> = {
  "the end of the stream": (response) => response.end(),
  "a reset connection": (response) => response.socket?.resetAndDestroy(),
  "a half-open connection": () => undefined,
  "a line that is no JSON": (response) => response.write("upstream connect error\n"),
  "half a line and the end": (response) => response.end('{"type":"ADDED","obj'),
  "an ERROR event": (response) => send(response, "ERROR", statusObject(500, "InternalError")),
  "an ERROR event of 429": (response) => send(response, "ERROR", statusObject(429, "Busy")),
};

for (const [name, breakStream] of Object.entries(faultsThatResume)) {
  test(`after ${name} it watches on from where it was`, async () => {
    await using subject = await startReflector([brokenBy(breakStream)], healthy, limitFor(name));
    await eventually("b is there", () => subject.reflector.get("ns/b") === "b@20");
    assert.match(subject.api.requests[1] ?? "", /[?&]resourceVersion=10(&|$)/);
    assert.deepEqual(subject.changes, ["Set a@9", "Set b@20"]);
  });
}

const faultsThatRelist: Record<string, Answer[]> = {
  "an ERROR event of 410": [
    brokenBy((response) => send(response, "ERROR", statusObject(410, "Expired"))),
  ],
  "a 410 when it resumes": [brokenBy((response) => response.end()), failWith(410, "Expired")],
  "two silent watches in a row": [brokenBy((response) => response.end()), staySilent, staySilent],
  "a server that counts lower than before": [
    brokenBy((response) => send(response, "ADDED", object("old", "3"))),
  ],
};

for (const [name, script] of Object.entries(faultsThatRelist)) {
  test(`after ${name} it reads everything anew and tells what vanished`, async () => {
    const changed: Answer = (_request, response) =>
      sendInitial(response, [object("c", "30")], "31");
    await using subject = await startReflector(script, changed, limitFor(name));
    await eventually("c is there", () => subject.reflector.get("ns/c") === "c@30");
    await eventually("a is gone", () => subject.reflector.get("ns/a") === undefined);
    assert.ok(subject.changes.includes("Deleted a@9"));
    assert.match(subject.api.requests.at(-1) ?? "", /sendInitialEvents=true/);
  });
}

test("an object made anew under the same name while there was no watch is deleted, then set", async () => {
  const expired = brokenBy((response) => send(response, "ERROR", statusObject(410, "Expired")));
  const again: Answer = (_request, response) =>
    sendInitial(response, [object("a", "30", "uid-second")], "31");
  await using subject = await startReflector([expired], again);
  await eventually("the second a is there", () => subject.reflector.get("ns/a") === "a@30");
  assert.deepEqual(subject.changes, ["Set a@9", "Deleted a@9", "Set a@30"]);
  assert.equal(subject.reflector.getByUID("uid-a"), undefined);
  assert.equal(subject.reflector.getByUID("uid-second"), "a@30");
});

test("a server without WatchList is listed page by page, from the first one again after a 410", async () => {
  const script = [
    failWith(422, "Invalid"),
    listOf([object("a", "5")], "10", "next"),
    failWith(410, "Expired"),
    listOf([object("a", "5")], "12", "next"),
    listOf([object("b", "6")], "12"),
  ];
  const quiet: Answer = (_request, response) => send(response, "ADDED", object("c", "20"));
  await using subject = await startReflector(script, quiet);
  await subject.reflector.synced;
  await eventually("c is there", () => subject.reflector.get("ns/c") !== undefined);
  assert.deepEqual([...subject.reflector.records()], ["a@5", "b@6", "c@20"]);
  const [, first, second, third, fourth, watch] = subject.api.requests;
  assert.doesNotMatch(first ?? "", /continue=/);
  assert.match(second ?? "", /continue=next/);
  assert.doesNotMatch(third ?? "", /continue=/);
  assert.match(fourth ?? "", /continue=next/);
  assert.match(watch ?? "", /[?&]resourceVersion=12(&|$)/);
});

test("bookmarks move the position, so that a quiet watch resumes near the present", async () => {
  const bookmarked = brokenBy((response) => {
    send(response, "BOOKMARK", { metadata: { resourceVersion: "500" } });
    response.end();
  });
  await using subject = await startReflector([bookmarked]);
  await eventually("it watches again", () => subject.api.requests.length > 1);
  assert.match(subject.api.requests[1] ?? "", /[?&]resourceVersion=500(&|$)/);
});

test("a relist, and every new watch with its reason, is counted", async () => {
  const counted: string[] = [];
  const metrics: KubeMetrics = {
    ...silentKubeMetrics,
    relisted: (resource, reason) => void counted.push(`relist ${resource} ${reason}`),
    watchRestarted: (_resource, reason) => void counted.push(`restart ${reason}`),
  };
  const script = [brokenBy((response) => response.end()), failWith(410, "Expired")];
  await using subject = await startReflector(script, healthy, { metrics });
  await eventually("it has relisted", () => counted.length >= 4);
  assert.deepEqual(counted.slice(0, 4), [
    "relist configmaps Started",
    "restart Ended",
    "restart Expired",
    "relist configmaps Expired",
  ]);
  await subject.reflector.stop();
});

test("a broken handler and an unreadable object do not stop it", async () => {
  await using api = await ScriptedKubeAPI.start([], (_request, response) =>
    sendInitial(response, [object("bad", "8"), object("a", "9")], "10"),
  );
  const transport = new KubeTransport(api.credentials);
  const reflector = new Reflector<KubeObject, string>({
    transport,
    type,
    clock: systemClock,
    log,
    project({ metadata }) {
      if (metadata.name === "bad") throw new Error("unreadable");
      return metadata.name;
    },
  });
  reflector.onChange(() => {
    throw new Error("broken handler");
  });
  await reflector.start();
  await reflector.synced;
  assert.deepEqual([...reflector.entries()], [["ns/a", "a"]]);
  await reflector.stop();
  await transport.close();
});

test("stopped before the first state is there, waiting for it ends with an error", async () => {
  await using subject = await startReflector([], staySilent);
  const synced = assert.rejects(subject.reflector.synced, /was stopped/);
  await subject.reflector.stop();
  await synced;
});
