import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { aJob, aRecord, createdMilliseconds } from "../../../test/support/job-records.ts";
import type { ScreenshotJob, ScreenshotJobSpec } from "../../api/kinds/resource-types.ts";
import { annotations, labels } from "../../api/settings/kubernetes-names.ts";
import { JobProofs } from "../../core/tokens/job-proof.ts";
import { maySharePage, waitsForCarrierUntil } from "./companion-policy.ts";

const proofs = new JobProofs({ key: "k".repeat(32), requiredFromMilliseconds: 0 });

interface Made {
  account?: string;
  spec?: Partial<ScreenshotJobSpec>;
  /** The gateway proves it; else somebody has written the labels and annotations. */
  isProven?: boolean;
}

function made(
  name: string,
  { account = "acme", spec = {}, isProven = true }: Made = {},
): ScreenshotJob {
  const job = aJob(spec);
  const { namespace } = job.metadata;
  const proof = proofs.create({ namespace, name, account, reply: undefined, spec: job.spec });
  return {
    ...job,
    metadata: {
      ...job.metadata,
      name,
      labels: { [labels.account]: account },
      annotations: {
        ...(isProven && { [annotations.proof]: proof }),
        ...(name !== "carrier" && { [annotations.loadsWith]: "carrier" }),
      },
    },
  };
}

const fullPage: Partial<ScreenshotJobSpec> = { extent: "FullPage", format: "JPEG", quality: 50 };
const sealed = [{ field: "Cookies", ciphertext: "x" }] as never;

suite("whose picture is taken of whose page", () => {
  test("jobs of one account that differ in what is taken", () => {
    assert.ok(maySharePage(made("carrier"), made("companion", { spec: fullPage }), proofs));
  });

  const refused: [what: string, carrier: Made, companion: Made][] = [
    ["another account", {}, { account: "other" }],
    ["a job that no gateway made", {}, { isProven: false }],
    ["the page of a job that no gateway made", { isProven: false }, {}],
    ["another page", {}, { spec: { url: "https://example.com/other" } }],
    ["another window", {}, { spec: { viewport: { ...aJob().spec.viewport, widthPixels: 9 } } }],
    ["the page of a job with secrets", { spec: { sealed } }, {}],
    ["a job with secrets", {}, { spec: { sealed } }],
  ];
  for (const [what, carrier, companion] of refused)
    test(`not for ${what}`, () => {
      assert.ok(!maySharePage(made("carrier", carrier), made("companion", companion), proofs));
    });

  test("not for a job that names another one, nor one whose spec is not the one that was proven", () => {
    const companion = made("companion");
    const { [annotations.loadsWith]: _other, ...rest } = companion.metadata.annotations ?? {};
    const unnamed = { ...companion, metadata: { ...companion.metadata, annotations: rest } };
    assert.ok(!maySharePage(made("carrier"), unnamed, proofs));
    const changed = { ...companion, spec: { ...companion.spec, ...fullPage } };
    assert.ok(!maySharePage(made("carrier"), changed, proofs));
  });
});

test("a job waits for its carrier until that is dispatched, has ended, or is not created", () => {
  const now = createdMilliseconds + 500;
  const companion = aRecord({ uid: "u-2", name: "companion" });
  const until = (known: Partial<Parameters<typeof waitsForCarrierUntil>[1]>): number =>
    waitsForCarrierUntil(
      companion,
      { record: aRecord(), phase: "Idle", hadTurn: false, ...known },
      now,
    );
  assert.equal(until({ record: undefined }), createdMilliseconds + 3_000);
  assert.equal(until({}), now + 1_000);
  assert.equal(until({ phase: "Pending" }), now + 1_000);
  assert.equal(until({ phase: "Dispatched" }), 0);
  assert.equal(until({ hadTurn: true }), 0);
  for (const ended of [
    { cancel: true },
    { deleting: true },
    { suspend: true },
    { succeeded: "True" as const },
    { loadsWith: "another" },
  ])
    assert.equal(until({ record: aRecord(ended) }), 0);
});
