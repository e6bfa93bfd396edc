import assert from "node:assert/strict";
import { suite, test } from "node:test";
import Type from "typebox";
import { parserOf } from "./parser.ts";
import { pathText, problemsOf } from "./problems.ts";

const schema = Type.Object({
  version: Type.Literal(1),
  job: Type.Object({ name: Type.String({ minLength: 1 }), uid: Type.String() }),
  attempt: Type.Integer({ minimum: 1, maximum: 9 }),
  digest: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$", allowed: "64 hex digits" })),
  state: Type.Enum(["Ready", "Stopped"]),
  holding: Type.Array(Type.String()),
  outcome: Type.Union([
    Type.Object({ kind: Type.Literal("Captured"), sizeBytes: Type.Integer({ minimum: 0 }) }),
    Type.Object({ kind: Type.Literal("Failed"), message: Type.String() }),
  ]),
});

const valid = {
  version: 1,
  job: { name: "pricing", uid: "u" },
  attempt: 1,
  state: "Ready",
  holding: ["u"],
  outcome: { kind: "Captured", sizeBytes: 3 },
};

const parse = parserOf("example", schema);

suite("a parser", () => {
  test("returns what matches, with the fields that it does not know", () => {
    const newer = { ...valid, since: "tomorrow" };
    assert.deepEqual(parse(newer), newer);
  });

  const wrong: [change: object, says: string][] = [
    [{ version: 2 }, "version must be 1"],
    [{ job: { name: "pricing" } }, "job.uid is missing"],
    [{ job: [] }, "job must be an object"],
    [{ job: null }, "job must be an object"],
    [{ job: { name: "", uid: "u" } }, "job.name must be a string that is not empty"],
    [{ attempt: 0.5 }, "attempt must be a whole number from 1 to 9"],
    [{ attempt: 10 }, "attempt must be a whole number from 1 to 9"],
    [{ digest: "x" }, "digest must be 64 hex digits"],
    [{ state: "Busy" }, "state must be one of Ready, Stopped"],
    [{ holding: ["u", 1] }, "holding[1] must be a string"],
    [{ outcome: { kind: "Lost" } }, "outcome.kind must be one of Captured, Failed"],
    [{ outcome: 1 }, "outcome must be an object"],
    [{ outcome: { kind: "Failed" } }, "outcome.message is missing"],
    [
      { outcome: { kind: "Captured", sizeBytes: -1 } },
      "outcome.sizeBytes must be a whole number, at least 0",
    ],
  ];
  for (const [change, says] of wrong)
    test(`says that ${says}`, () => {
      assert.throws(() => parse({ ...valid, ...change }), {
        reason: "RequestMalformed",
        message: `The example is not valid: ${says}`,
      });
    });

  for (const value of [undefined, null, 1, "text"])
    test(`refuses ${String(value)}`, () => {
      assert.throws(() => parse(value), {
        message: "The example is not valid: it must be an object",
      });
    });
});

suite("the problems of a value", () => {
  test("are all named, one a field", () => {
    const problems = problemsOf(schema, { ...valid, attempt: -0.5, state: 1, job: {} });
    assert.deepEqual(
      problems.map(({ path }) => pathText(path)),
      ["job.name", "job.uid", "attempt", "state"],
    );
  });

  test("name a field that is not known, where none may be", () => {
    const strict = Type.Object(
      { a: Type.Optional(Type.String()) },
      { additionalProperties: false },
    );
    assert.deepEqual(problemsOf(strict, { b: 1 }), [
      { path: ["b"], sentence: "is not a known field; known are a" },
    ]);
  });

  test("of a union without a common constant are told as one", () => {
    const words = Type.Union([Type.Literal("A"), Type.Literal("B")]);
    assert.deepEqual(problemsOf(words, "C"), [{ path: [], sentence: "must be one of A, B" }]);
  });
});
