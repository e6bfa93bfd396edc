import assert from "node:assert/strict";
import { test } from "node:test";
import { planClaim } from "./class-claim-plan.ts";

const own = { namespace: "stills-system", namespaceUID: "own" };
const other = { namespace: "stills-two", namespaceUID: "other" };

test("a class that nobody has claimed is claimed", () => {
  assert.equal(planClaim({ own, holder: undefined, namespaceUID: undefined }), "Create");
});

test("an installation keeps its class", () => {
  assert.equal(planClaim({ own, holder: own, namespaceUID: "own" }), "Keep");
});

test("the class of another installation is its own as long as its namespace is there", () => {
  assert.equal(planClaim({ own, holder: other, namespaceUID: "other" }), "Yield");
});

test("a holder whose namespace is gone, or was made anew, holds nothing", () => {
  assert.equal(planClaim({ own, holder: other, namespaceUID: undefined }), "TakeOver");
  assert.equal(planClaim({ own, holder: other, namespaceUID: "later" }), "TakeOver");
  const earlier = { ...own, namespaceUID: "earlier" };
  assert.equal(planClaim({ own, holder: earlier, namespaceUID: "own" }), "TakeOver");
});
