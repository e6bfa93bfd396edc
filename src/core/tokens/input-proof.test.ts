import assert from "node:assert/strict";
import { test } from "node:test";
import { createInputProof, isInputProof } from "./input-proof.ts";

const key = "k".repeat(32);
const input = { namespace: "shop", sha256: "0".repeat(64), sizeBytes: 5000 };

test("a proof is good for this content of this namespace alone", () => {
  const proof = createInputProof(input, key);
  assert.equal(isInputProof({ ...input, proof }, key), true);
  for (const change of [
    { namespace: "victim" },
    { sha256: "1".repeat(64) },
    { sizeBytes: 5001 },
    { proof: "" },
  ])
    assert.equal(isInputProof({ ...input, proof, ...change }, key), false);
  assert.equal(isInputProof({ ...input, proof }, "l".repeat(32)), false);
});
