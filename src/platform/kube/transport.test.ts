import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ScriptedKubeAPI,
  answerWith,
  failWith,
  resetConnection,
  staySilent,
} from "../../../test/support/scripted-kube-api.ts";
import { KubeError, isConflict, isTransient } from "./kube-error.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import { KubeTransport } from "./transport.ts";

const ok = answerWith(200, { kind: "Fine" });

test("sends query, body and content type, and answers the parsed JSON", async () => {
  await using api = await ScriptedKubeAPI.start([], ok);
  const transport = new KubeTransport(api.credentials);
  const answer = await transport.request<{ kind: string }>({
    method: "PATCH",
    path: "/api/v1/things/a",
    query: { force: true, limit: 5, absent: undefined },
    body: { a: 1 },
    contentType: "application/merge-patch+json",
  });
  await transport.close();
  assert.deepEqual(answer, { kind: "Fine" });
  assert.deepEqual(api.requests, ["PATCH /api/v1/things/a?force=true&limit=5"]);
  assert.equal(api.headers[0]?.["content-type"], "application/merge-patch+json");
});

test("keeps the path prefix of a server behind a gateway", async () => {
  await using api = await ScriptedKubeAPI.start([], ok);
  const server = `${api.url}/clusters/one/`;
  const transport = new KubeTransport({ load: async () => ({ server, headers: {}, tls: {} }) });
  await transport.request({ method: "GET", path: "/version" });
  await transport.close();
  assert.deepEqual(api.requests, ["GET /clusters/one/version"]);
});

test("a 429 with Retry-After is tried again, and counts as a request", async () => {
  const throttled = failWith(429, "TooManyRequests", { "retry-after": "1" });
  await using api = await ScriptedKubeAPI.start([throttled], ok);
  const statuses: number[] = [];
  const transport = new KubeTransport(api.credentials, {
    metrics: {
      ...silentKubeMetrics,
      requestFinished: (_verb, status) => void statuses.push(status),
    },
  });
  await transport.request({ method: "POST", path: "/api/v1/things", body: {} });
  await transport.close();
  assert.deepEqual(statuses, [429, 200]);
});

test("a Retry-After beyond the time limit is the caller's to wait for", async () => {
  await using api = await ScriptedKubeAPI.start(
    [],
    failWith(503, "ServiceUnavailable", { "retry-after": "3600" }),
  );
  const transport = new KubeTransport(api.credentials);
  const failure = await failureOf(transport.request({ method: "GET", path: "/" }));
  await transport.close();
  assert.equal(failure.retryAfterSeconds, 3600);
  assert.equal(api.requests.length, 1);
});

test("an answer that does not come in time is a transient Timeout", async () => {
  await using api = await ScriptedKubeAPI.start([], staySilent);
  const transport = new KubeTransport(api.credentials);
  const request = transport.request({ method: "GET", path: "/", timeoutMilliseconds: 100 });
  const failure = await failureOf(request);
  await transport.close();
  assert.equal(failure.reason, "Timeout");
  assert.ok(isTransient(failure));
});

test("the caller's signal ends a request with its own reason", async () => {
  await using api = await ScriptedKubeAPI.start([], staySilent);
  const transport = new KubeTransport(api.credentials);
  const reason = new Error("enough");
  const controller = new AbortController();
  const request = transport.request({ method: "GET", path: "/", signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(request, reason);
  await transport.close();
});

test("a read whose connection breaks is tried once more, a write is not", async () => {
  await using api = await ScriptedKubeAPI.start([resetConnection, ok, resetConnection], ok);
  const transport = new KubeTransport(api.credentials);
  await transport.request({ method: "GET", path: "/" });
  const failure = await failureOf(transport.request({ method: "POST", path: "/", body: {} }));
  await transport.close();
  assert.equal(failure.reason, "Unreachable");
  assert.equal(api.requests.length, 3);
});

test("a 401 makes it read the credentials again", async () => {
  await using api = await ScriptedKubeAPI.start([failWith(401, "Unauthorized")], ok);
  let reads = 0;
  const transport = new KubeTransport({
    load: async () => {
      reads += 1;
      return { server: api.url, headers: { authorization: `Bearer token${reads}` }, tls: {} };
    },
  });
  await transport.request({ method: "GET", path: "/" });
  await transport.close();
  assert.deepEqual(
    api.headers.map((headers) => headers.authorization),
    ["Bearer token1", "Bearer token2"],
  );
});

test("the server's own words are in the error", async () => {
  await using api = await ScriptedKubeAPI.start([], failWith(409, "Conflict"));
  const transport = new KubeTransport(api.credentials);
  const failure = await failureOf(transport.request({ method: "PUT", path: "/", body: {} }));
  await transport.close();
  assert.ok(isConflict(failure));
  assert.equal(failure.status, 409);
});

test("an answer larger than the limit is broken off", async () => {
  await using api = await ScriptedKubeAPI.start([], answerWith(200, { text: "x".repeat(5000) }));
  const transport = new KubeTransport(api.credentials);
  const request = transport.request({ method: "GET", path: "/", maxResponseBytes: 1000 });
  const failure = await failureOf(request);
  await transport.close();
  assert.equal(failure.reason, "ResponseTooLarge");
});

async function failureOf(request: Promise<unknown>): Promise<KubeError> {
  try {
    await request;
  } catch (thrown) {
    assert.ok(thrown instanceof KubeError);
    return thrown;
  }
  throw new assert.AssertionError({ message: "the request was expected to fail" });
}
