import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { strayConnections } from "./stray-connections-policy.ts";

const pod = { name: "one", uid: "a", pool: "default" };
const nobodyGone = new Set<string>();

function connection(user: string, ageMilliseconds = 60_000) {
  return { user, ageMilliseconds };
}

suite("connections without a pod", () => {
  test("of a pod that is there: none", () => {
    const own = [connection("default/one/a")];
    assert.deepEqual(strayConnections(own, { pods: [pod], gone: nobodyGone }), []);
  });

  test("of a pod that is not there, of an earlier one, or of another pool", () => {
    const strays = [
      connection("default/two/b"),
      connection("default/one/z"),
      connection("big/one/a"),
      connection("worker-default"),
    ];
    assert.deepEqual(strayConnections(strays, { pods: [pod], gone: nobodyGone }), strays);
  });

  test("a young one may be of a pod that this replica has not heard of, unless it was seen to go", () => {
    const young = [connection("default/two/b", 500)];
    assert.deepEqual(strayConnections(young, { pods: [pod], gone: nobodyGone }), []);
    const gone = new Set(["default/two/b"]);
    assert.deepEqual(strayConnections(young, { pods: [pod], gone }), young);
  });
});
