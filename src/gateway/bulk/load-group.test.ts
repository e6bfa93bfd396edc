import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { LoadRole } from "../take/load-member.ts";
import { LoadGroup } from "./load-group.ts";
import { planLoads } from "./load-plan.ts";

const { signal } = new AbortController();

suite("load groups", () => {
  test("the first that creates a job loads the page, after the others have created theirs", async () => {
    const group = new LoadGroup(3);
    const [refused, carrier, companion] = [0, 1, 2].map((place) => group.member(place));
    assert.ok(refused && carrier && companion);
    let role: LoadRole | undefined;
    const joined = carrier.join("b", signal).then((known) => (role = known));
    const other = companion.join("c", signal);
    refused.settle();
    assert.deepEqual(await other, { kind: "Companion", carrier: "b" });
    assert.equal(role, undefined);
    companion.settle();
    assert.deepEqual(await joined, { kind: "Carrier", companions: ["c"] });
  });

  test("one that is left alone loads its own page", async () => {
    const group = new LoadGroup(2);
    group.member(0).settle();
    assert.deepEqual(await group.member(1).join("b", signal), { kind: "Alone" });
  });

  test("one that has not decided within the time is not waited for, and loads its own page later", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const group = new LoadGroup(3);
    const first = group.member(0).join("a", signal);
    const second = group.member(1).join("b", signal);
    context.mock.timers.tick(1_000);
    assert.deepEqual(await second, { kind: "Companion", carrier: "a" });
    group.member(1).settle();
    assert.deepEqual(await first, { kind: "Carrier", companions: ["b"] });
    assert.deepEqual(await group.member(2).join("c", signal), { kind: "Alone" });
  });

  test("a caller who disconnects ends the wait", async () => {
    const controller = new AbortController();
    const joined = new LoadGroup(2).member(0).join("a", controller.signal);
    controller.abort(new Error("gone"));
    await assert.rejects(joined, /gone/);
  });
});

test("requests that share a load are grouped in the order of their pictures, and those with secrets are not", () => {
  const url = "https://example.com/";
  const page = { spec: { url, extent: "FullPage" }, secrets: {} };
  const window = { spec: { url, format: "PNG" }, secrets: { storageKeys: { id: "i", key: "k" } } };
  const other = { spec: { url: "https://example.com/other" }, secrets: {} };
  const secret = { spec: { url }, secrets: { authorization: "Basic x" } };
  const all = [page, other, secret, window, { ...secret }] as never[];
  assert.deepEqual(planLoads(all), [[window, page]]);
});
