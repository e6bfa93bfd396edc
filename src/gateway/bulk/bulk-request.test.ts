import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { TakeError } from "../../core/take/take-error.ts";
import { rawOptionsOfBody } from "../take/raw-options.ts";
import { parseBulkRequest } from "./bulk-request.ts";

function parse(body: object): ReturnType<typeof parseBulkRequest> {
  return parseBulkRequest(rawOptionsOfBody(body));
}

const one = [{ url: "https://example.com/" }];

suite("bulk requests", () => {
  test("a request's own options win over the shared ones", () => {
    const { execute, requests } = parse({
      access_key: "k",
      options: { format: "png", url: "https://shared.example/" },
      requests: [{ url: "https://own.example/" }, { format: "webp" }],
    });
    assert.equal(execute, false);
    assert.deepEqual(
      requests.map((options) => Object.fromEntries(options)),
      [
        { format: "png", url: "https://own.example/" },
        { format: "webp", url: "https://shared.example/" },
      ],
    );
  });

  test("switches are booleans or their words", () => {
    for (const execute of [true, "true", "TRUE"])
      assert.equal(parse({ execute, requests: one }).execute, true);
    for (const execute of [false, "false"])
      assert.equal(parse({ execute, optimize: true, requests: one }).execute, false);
  });

  const refused: [body: object, message: string][] = [
    [{}, '"requests" is required'],
    [{ requests: {} }, '"requests" must be an array'],
    [{ requests: [] }, '"requests" must contain from 1 to 20 items, not 0'],
    [
      { requests: Array.from({ length: 21 }, () => one[0]) },
      '"requests" must contain from 1 to 20 items, not 21',
    ],
    [{ requests: ["x"] }, '"requests[0]" must be of type object'],
    [{ requests: one, options: [] }, '"options" must be of type object'],
    [{ requests: one, execute: 1 }, '"execute" must be a boolean'],
    [{ requests: one, optimize: "yes" }, '"optimize" must be a boolean'],
    [{ requests: one, url: "x" }, '"url" is not allowed'],
    [{ requests: [{ access_key: "x" }] }, '"requests[0].access_key" is not allowed'],
    [{ requests: one, options: { signature: "x" } }, '"options.signature" is not allowed'],
  ];
  for (const [body, message] of refused)
    test(`refused: ${message}`, () =>
      assert.throws(
        () => parse(body),
        (thrown) =>
          thrown instanceof TakeError &&
          thrown.code === "request_not_valid" &&
          thrown.message === `The request is not valid: ${message}`,
      ));
});
