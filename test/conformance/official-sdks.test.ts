import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { suite, test } from "node:test";
import {
  rawOptionsOfBody,
  rawOptionsOfQuery,
  type RawOptions,
} from "../../src/gateway/take/raw-options.ts";
import { optionExamples, type ExampleValue } from "../../src/api/options/option-examples.ts";
import type { Endpoint } from "../../src/api/options/http-option.ts";
import { endpointOptions } from "../../src/api/options/http-options.ts";
import { unsupportedOptions } from "../../src/api/options/unsupported-options.ts";
import { parseTakeRequest } from "../../src/gateway/take/take-request.ts";
import { pythonOptions } from "./official-sdks/python-options.ts";

const { TakeOptions, AnimateOptions } = createRequire(import.meta.url)(
  "screenshotone-api-sdk",
) as typeof import("screenshotone-api-sdk");

/** Methods of the JavaScript SDK that set no option. */
const others = ["constructor", "put", "toQuery"];
const methodsOf = ({ prototype }: { prototype: object }): string[] =>
  Object.getOwnPropertyNames(prototype).filter((name) => !others.includes(name));
const methods = methodsOf(TakeOptions);
const animateMethods = methodsOf(AnimateOptions);
const spelledOtherwise: Record<string, string> = {
  openAiApiKey: "openai_api_key",
  storageACL: "storage_acl",
  scrollNavigateToURL: "scroll_navigate_to_url",
};

function optionOf(method: string): string {
  const snake = method.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return spelledOtherwise[method] ?? snake;
}

function exampleOf(option: string): (typeof optionExamples)[string] {
  const example = optionExamples[option];
  assert.ok(example !== undefined, `there is no example of ${option}`);
  return example;
}

/** Where an animation has other formats than a picture. */
const formats: Record<string, Options> = {
  format: { format: "webm" },
  omit_background: { format: "mov" },
};

type Options = Record<string, ExampleValue>;

function callOf(option: string): Options {
  const { value, with: companions } = exampleOf(option);
  const source: Options = ["html", "markdown"].includes(option)
    ? {}
    : { url: "https://example.com/" };
  return { ...source, ...companions, [option]: value };
}

/** Calls the methods of the SDK, and reads the query that it would send. */
function sentByJavaScript(options: Options, endpoint: Endpoint = "take"): RawOptions {
  const [begin, known] =
    endpoint === "take" ? [TakeOptions, methods] : [AnimateOptions, animateMethods];
  let taking: { toQuery(): URLSearchParams } = begin.url("https://example.com/");
  for (const [option, value] of Object.entries(options)) {
    if (option === "url") continue;
    const method = known.find((name) => optionOf(name) === option);
    assert.ok(method !== undefined, `the SDK has no method for ${option}`);
    const call = taking[method as keyof typeof taking] as unknown as (
      ...values: ExampleValue[]
    ) => typeof taking;
    taking = call.apply(taking, Array.isArray(value) ? value : [value]);
  }
  return rawOptionsOfQuery(taking.toQuery().toString());
}

/** `take` of the Python SDK sends JSON. */
function sentByPython(options: Options): RawOptions {
  return rawOptionsOfBody(JSON.parse(JSON.stringify(options)));
}

/** `generate_take_url` of the Python SDK writes Python's own words for values. */
function linkedByPython(options: Options): RawOptions {
  const query = new URLSearchParams();
  for (const [option, value] of Object.entries(options))
    for (const one of Array.isArray(value) ? value : [value])
      query.append(option, typeof one === "boolean" ? (one ? "True" : "False") : String(one));
  return rawOptionsOfQuery(query.toString());
}

/** The call is taken, or refused by the name of an option that Stills is known not to have. */
function assertAnswer(option: string, raw: RawOptions, endpoint?: Endpoint): void {
  assert.ok(raw.has(option), `${option} is not sent`);
  try {
    parseTakeRequest(raw, endpoint);
  } catch (error) {
    const pattern = /^TakeError: The request is not valid: "([a-z_]+)" is not supported: .+/;
    const refused = pattern.exec(String(error))?.[1] ?? "";
    assert.ok(unsupportedOptions.has(refused), String(error));
  }
}

suite("the official SDKs", () => {
  for (const method of methods)
    test(`JavaScript: ${method}`, () =>
      assertAnswer(optionOf(method), sentByJavaScript(callOf(optionOf(method)))));

  test("JavaScript: a page as HTML and as Markdown", () => {
    for (const taking of [TakeOptions.html("<p>"), TakeOptions.markdown("# Hi")])
      parseTakeRequest(rawOptionsOfQuery(taking.toQuery().toString()));
  });

  // The Python SDK has no options of `/animate`.
  for (const method of animateMethods)
    test(`JavaScript, of an animation: ${method}`, () => {
      const option = optionOf(method);
      const call = { ...callOf(option), ...formats[option] };
      assertAnswer(option, sentByJavaScript(call, "animate"), "animate");
    });

  test("JavaScript: an animation of HTML and of Markdown", () => {
    for (const taking of [AnimateOptions.html("<p>"), AnimateOptions.markdown("# Hi")])
      parseTakeRequest(rawOptionsOfQuery(taking.toQuery().toString()), "animate");
  });

  for (const option of pythonOptions)
    test(`Python: ${option}`, () => {
      assertAnswer(option, sentByPython(callOf(option)));
      assertAnswer(option, linkedByPython(callOf(option)));
    });

  test("what is off or only a default passes", () => {
    const off = [...endpointOptions.take.unsupported.values()].flatMap(({ http }) =>
      http.default === undefined ? [] : [[http.name, http.default]],
    );
    const options = Object.fromEntries(off) as Options;
    const needed = { url: "https://example.com/", full_page: true, selector: "#a" };
    for (const sent of [sentByPython, linkedByPython])
      parseTakeRequest(sent({ ...needed, ...options }));
  });
});
