import assert from "node:assert/strict";
import { test } from "node:test";
import { publicRangesOf } from "./cluster-ranges-plan.ts";

function rangesOf(numbers: Partial<Parameters<typeof publicRangesOf>[0]>): string[] {
  return publicRangesOf({ nodes: [], serviceBlocks: [], pods: [], ...numbers });
}

test("only public addresses and blocks are told", () => {
  assert.deepEqual(
    rangesOf({
      nodes: [
        ["10.0.0.7", "8.8.4.7", "10.244.1.0/24"],
        ["fd00::7", "2600:1f13:a:b::7", "2600:1f13:a:c00::/56", "node-1.example"],
      ],
      serviceBlocks: ["10.96.0.0/12", "2600:1f13:f::/112"],
    }),
    [
      "2600:1f13:a:b:0:0:0:7/128",
      "2600:1f13:a:c00:0:0:0:0/56",
      "2600:1f13:f:0:0:0:0:0/112",
      "8.8.4.7/32",
    ],
  );
  assert.deepEqual(rangesOf({ nodes: [["192.168.0.1", "fd00::1/128"]] }), []);
});

test("a block that is public only in part is told", () => {
  assert.deepEqual(rangesOf({ serviceBlocks: ["10.0.0.0/7"] }), ["10.0.0.0/7"]);
  assert.deepEqual(rangesOf({ serviceBlocks: ["8.0.0.0/7"] }), ["8.0.0.0/7"]);
});

test("a pod's IPv6 address stands for its /64, an IPv4 address for itself", () => {
  const pods = [["2600:1f13:a:b:1:2:3:4", "8.8.4.9"], ["2600:1f13:a:b:9::1"], ["10.1.2.3"]];
  assert.deepEqual(rangesOf({ pods }), ["2600:1f13:a:b:0:0:0:0/64", "8.8.4.9/32"]);
});

test("what another block contains is not told again", () => {
  const nodes = [["2600:1f13:a:b::7", "2600:1f13:a::/48"], ["8.8.4.7"], ["8.8.4.7"]];
  const pods = [["2600:1f13:a:b:1:2:3:4"]];
  assert.deepEqual(rangesOf({ nodes, pods }), ["2600:1f13:a:0:0:0:0:0/48", "8.8.4.7/32"]);
});
