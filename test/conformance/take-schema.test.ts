import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Endpoint } from "../../src/api/options/http-option.ts";
import { TakeError } from "../../src/core/take/take-error.ts";
import { rawOptionsOfBody, rawOptionsOfQuery } from "../../src/gateway/take/raw-options.ts";
import { parseTakeRequest } from "../../src/gateway/take/take-request.ts";
import { animateRows } from "./take-schema/animate-schema.ts";
import type { Companions, SchemaRow, Value } from "./take-schema/rows.ts";
import { schemaRows } from "./take-schema/schema.ts";

type Options = Record<string, Value>;

/** The error message for a call; undefined if it is valid. */
function refusal(
  raw: ReturnType<typeof rawOptionsOfBody>,
  endpoint: Endpoint = "take",
): string | undefined {
  try {
    parseTakeRequest(raw, endpoint);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof TakeError, String(error));
    assert.ok(["request_not_valid", "invalid_header_parameter"].includes(error.code), error.code);
    assert.match(error.message, /^The request is not valid: "|^The request is not valid: one of/);
    return error.message;
  }
}

const byPost = (options: Options, endpoint?: Endpoint): string | undefined =>
  refusal(rawOptionsOfBody(options), endpoint);

/** A value as texts of a query; undefined if a query cannot say it. */
function inQuery(value: Value, { kind }: Pick<SchemaRow, "kind">): string[] | undefined {
  if (typeof value === "string") return [value];
  const isText = kind === "string" || kind === "list";
  if (typeof value === "number" || typeof value === "boolean")
    return isText ? undefined : [String(value)];
  if (!Array.isArray(value) || value.length < 1) return undefined;
  const texts = value.filter((one) => typeof one === "string");
  // One occurrence is a text, whatever the caller calls it.
  return texts.length === value.length && (kind === "list" || texts.length > 1) ? texts : undefined;
}

/** What a query of these options answers; undefined if a query cannot say them. */
function byGet(
  options: Options,
  row: SchemaRow,
  endpoint: Endpoint,
): [message: string | undefined] | undefined {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    const texts = inQuery(value, name === row.name ? row : { kind: "boolean" });
    if (texts === undefined) return undefined;
    for (const one of texts) query.append(name, one);
  }
  return [refusal(rawOptionsOfQuery(query.toString()), endpoint)];
}

function callOf(row: SchemaRow, value: Value, companions: Companions = row.with): Options {
  return { url: "https://example.com/", ...companions, [row.name]: value };
}

/** What each way of calling answers. */
function answersOf(
  endpoint: Endpoint,
  row: SchemaRow,
  options: Options,
): [way: string, message: string | undefined][] {
  const get = byGet(options, row, endpoint);
  const post: [string, string | undefined] = ["POST", byPost(options, endpoint)];
  return get === undefined ? [post] : [post, ["GET", ...get]];
}

function label(row: SchemaRow, value: Value): string {
  return `${row.name} = ${JSON.stringify(value)}`;
}

function checkRows(endpoint: Endpoint, rows: readonly SchemaRow[]): void {
  const answers = answersOf.bind(undefined, endpoint);
  for (const row of rows) {
    const passing = row.onlyPasses;
    const title = `${row.name} ${JSON.stringify(row.with)}`;

    test(`${title}: good values are taken`, () => {
      for (const value of row.good)
        for (const [way, message] of answers(row, callOf(row, value))) {
          if (passing === undefined || passing.includes(value))
            assert.equal(message, undefined, `${way} ${label(row, value)}`);
          else assert.match(message ?? "", new RegExp(`"${row.name}" is not supported: .+`));
        }
    });

    test(`${title}: bad values are refused by name and type`, () => {
      for (const [value, problem] of row.bad)
        for (const [way, message] of answers(row, callOf(row, value))) {
          const [entry = "", rest = problem] = problem.startsWith("[0]")
            ? ["[0]", problem.slice(3).trim()]
            : [];
          const expected = `"${row.name}${entry}" ${rest}`;
          assert.ok(
            message?.includes(expected),
            `${way} ${label(row, value)}: ${message} does not say ${expected}`,
          );
        }
    });

    test(`${title}: companions decide as in the original`, () => {
      const [value] = row.good;
      for (const companions of row.refusedWith)
        for (const [way, message] of answers(row, callOf(row, value ?? 1, companions)))
          assert.ok(
            message?.includes(`"${row.name}" is not allowed`),
            `${way} ${JSON.stringify(companions)}: ${message}`,
          );
      for (const companions of row.takenWith)
        for (const [way, message] of answers(row, callOf(row, value ?? 1, companions)))
          assert.equal(message, undefined, `${way} ${JSON.stringify(companions)}`);
    });
  }
}

suite("the options of the original API's /animate", () => {
  checkRows("animate", animateRows);

  test("are all in this table", () => {
    assert.ok(new Set(animateRows.map(({ name }) => name)).size >= 80);
  });

  test("are not those of a still picture", () => {
    const names = new Set(animateRows.map(({ name }) => name));
    const stills = /^(selector|full_page|image_|pdf_|vision|metadata_image_size|scroll_into_view)/;
    const others = schemaRows.filter(({ name }) => stills.test(name));
    assert.ok(others.length >= 25);
    for (const { name, good } of others) {
      assert.ok(!names.has(name), name);
      const options = { url: "https://a.example", [name]: good[0] ?? true };
      assert.ok(byPost(options, "animate")?.includes(`"${name}" is not allowed`), name);
    }
  });

  test("width and height are given both, or none", () => {
    const url = "https://a.example";
    assert.match(byPost({ url, width: 640 }, "animate") ?? "", /"height" is required with "width"/);
    assert.match(
      byPost({ url, height: 640 }, "animate") ?? "",
      /"width" is required with "height"/,
    );
  });

  test("belong to /animate alone", () => {
    for (const [name, value] of [
      ["duration", 5],
      ["aspect_ratio", "4:3"],
      ["width", 640],
    ] as const)
      assert.ok(byPost({ url: "https://a.example", [name]: value })?.includes(`"${name}" is not`));
    for (const format of ["mp4", "webm", "mov", "avi"])
      assert.match(
        byPost({ url: "https://a.example", format }) ?? "",
        new RegExp(`"format" ${format} is not available: videos are made by .\\/animate`),
      );
  });
});

suite("the options of the original API", () => {
  checkRows("take", schemaRows);

  test("are all in this table", () => {
    assert.ok(new Set(schemaRows.map(({ name }) => name)).size >= 120);
  });

  test("a source is required, and several are taken", () => {
    assert.match(byPost({}) ?? "", /one of "url", "html", "markdown" is required/);
    const sources = { url: "https://example.com", html: "<p>", markdown: "#" };
    assert.equal(byPost(sources), undefined);
    const specOf = (options: Options) => parseTakeRequest(rawOptionsOfBody(options)).spec;
    assert.deepEqual(
      [specOf(sources)["url"], specOf(sources)["html"], specOf(sources)["markdown"]],
      ["https://example.com", undefined, undefined],
    );
    const two = specOf({ markdown: "#", html: "<p>" });
    assert.deepEqual([two["html"], two["markdown"]], ["<p>", undefined]);
  });

  test("facts of the answer need a url, whatever their value", () => {
    for (const name of ["metadata_http_response_status_code", "metadata_http_response_headers"])
      for (const value of [true, false])
        assert.match(
          byPost({ html: "<p>", [name]: value }) ?? "",
          new RegExp(`"${name}" is not allowed`),
        );
  });

  test("a store needs a path", () => {
    assert.match(
      byPost({ url: "https://a.example", store: true }) ?? "",
      /"storage_path" is required/,
    );
    assert.equal(byPost({ url: "https://a.example", store: false }), undefined);
  });

  test("an unknown option is refused", () => {
    for (const name of ["quality", "fullPage", "scroll_to_bottom", "storage_region"])
      assert.match(
        byPost({ url: "https://a.example", [name]: "x" }) ?? "",
        new RegExp(`"${name}" is not allowed`),
      );
  });
});
