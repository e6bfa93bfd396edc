import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { longestCiphertext, sealedFieldNames } from "../../../src/api/options/sealed-fields.ts";
import { associatedDataOf } from "../../../src/core/tokens/sealed-spec.ts";
import type { CRDWorld } from "./crd-world.ts";
import { aJob, refusalOf } from "./crd-world.ts";
import { acceptedOptions, aSealedField } from "./option-rules.ts";
import { url } from "./statuses.ts";

/** What the API server says about sealed fields, and does to the spec that they are bound to. */
export function sealedRules(world: () => CRDWorld): void {
  suite("sealed fields", () => {
    const place = { namespace: "a", name: "b", field: "Cookies" as const };
    const specs: Record<string, Record<string, unknown>> = {
      ...acceptedOptions,
      "only an address": { url },
      "every default said": { url, format: "PNG", quality: 80, backoffLimit: 3, viewport: {} },
      "a webhook": { url, webhook: { url, body: "Result", sign: true } },
    };

    for (const [what, spec] of Object.entries(specs))
      test(`are bound to ${what}, before and after the API server filled in the defaults`, async () => {
        const stored = await world().create(aJob("sealed", spec), { dryRun: true });
        const sent = associatedDataOf({ ...place, spec });
        assert.equal(associatedDataOf({ ...place, spec: stored.spec }), sent);
        const changed = { ...stored.spec, activeDeadlineSeconds: 121 };
        assert.notEqual(associatedDataOf({ ...place, spec: changed }), sent);
      });

    test("of all kinds, in the job and by digest, are accepted", async () => {
      const { ciphertext: _, ...stored } = aSealedField();
      const ciphertextDigest = `sha256:${"a".repeat(64)}`;
      const sealed = sealedFieldNames.map((field, index) =>
        index === 0
          ? aSealedField({ field, ciphertext: "A".repeat(16_000) })
          : { ...stored, field, ciphertextDigest },
      );
      const { spec } = await world().create(aJob("sealed", { url, sealed }), { dryRun: true });
      assert.deepEqual(spec["sealed"], sealed);
    });

    const refused: Record<string, [unknown[], string]> = {
      "of an unknown kind": [[aSealedField({ field: "Passwords" })], "spec.sealed[0].field"],
      "twice of one kind": [[aSealedField(), aSealedField()], "spec.sealed[1]: Duplicate value"],
      "without their key": [[{ field: "Cookies" }], "spec.sealed[0].keyID: Required value"],
      "with a key of another form": [[aSealedField({ keyID: "mine" })], "16 hexadecimal digits"],
      "in the clear": [[aSealedField({ ciphertext: "a=1; b" })], "must be base64url"],
      "that are none": [[], "spec.sealed: Invalid value"],
      "without a ciphertext": [[aSealedField({ ciphertext: undefined })], "must have exactly one"],
      "with two ciphertexts": [
        [aSealedField({ ciphertextDigest: `sha256:${"a".repeat(64)}` })],
        "must have exactly one",
      ],
      "that are too long": [
        [aSealedField({ ciphertext: "A".repeat(longestCiphertext) })],
        "must have at most 16384 bytes",
      ],
    };
    for (const [what, [sealed, sentence]] of Object.entries(refused))
      test(`${what} are refused`, async () => {
        const job = aJob("sealed", { url, sealed });
        const refusal = await refusalOf(world().create(job, { dryRun: true }));
        assert.ok(refusal?.includes(sentence), refusal ?? "the server accepted it");
      });
  });
}
