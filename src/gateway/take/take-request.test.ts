import assert from "node:assert/strict";
import { test } from "node:test";
import { rawOptionsOfBody, rawOptionsOfQuery } from "./raw-options.ts";
import { TakeError } from "../../core/take/take-error.ts";
import { parseTakeRequest } from "./take-request.ts";

const url = "url=https://example.com/";

test("the call that the original documents for asynchronous work", () => {
  const request = parseTakeRequest(
    rawOptionsOfQuery(
      `access_key=k&${url}&store=true&storage_path=example&response_type=json&async=true&webhook_url=https://hooks.example.com/a&storage_return_location=true`,
    ),
  );
  assert.equal(request.asynchronous, true);
  assert.equal(request.responseType, "json");
  assert.equal(request.store, true);
  assert.equal(request.returnLocation, true);
  assert.deepEqual(request.webhook, {
    url: "https://hooks.example.com/a",
    sign: true,
    onFailure: false,
  });
  assert.deepEqual(request.spec["storage"], { path: "example" });
  assert.equal(request.timeoutSeconds, 600);
});

test("GET and POST are refused with the same words", () => {
  const cases: [string, Record<string, unknown>, string][] = [
    [
      `${url}&colour=red`,
      { url: "https://example.com/", colour: "red" },
      '"colour" is not allowed',
    ],
    [
      `${url}&request_gpu_rendering=true`,
      { url: "https://example.com/", request_gpu_rendering: true },
      '"request_gpu_rendering" is not supported: ',
    ],
    [
      `${url}&store=true`,
      { url: "https://example.com/", store: true },
      '"storage_path" is required with "store"',
    ],
    [
      `${url}&storage_path=a`,
      { url: "https://example.com/", storage_path: "a" },
      '"storage_path" is not allowed without "store"',
    ],
    [
      `${url}&webhook_url=https://a.example&response_type=empty`,
      { url: "https://example.com/", webhook_url: "https://a.example", response_type: "empty" },
      '"webhook_url" is not allowed with "response_type" empty',
    ],
    [
      `${url}&external_identifier=a-b`,
      { url: "https://example.com/", external_identifier: "a-b" },
      '"external_identifier" must only contain alpha-numeric characters',
    ],
  ];
  for (const [query, body, expected] of cases)
    for (const raw of [rawOptionsOfQuery(query), rawOptionsOfBody(body)])
      assert.throws(
        () => parseTakeRequest(raw),
        (error: unknown) =>
          error instanceof TakeError &&
          error.code === "request_not_valid" &&
          error.message.startsWith("The request is not valid: ") &&
          error.message.includes(expected),
        query,
      );
});

test("a switch of the original that is explicitly off asks for nothing", () => {
  assert.equal(parseTakeRequest(rawOptionsOfQuery(`${url}&cache=false`)).asynchronous, false);
});

test("a body that is no object is refused", () => {
  for (const body of [[], "x", 1, null]) assert.throws(() => rawOptionsOfBody(body), TakeError);
});

test("facts of the page become words of the resource", () => {
  const { spec } = parseTakeRequest(
    rawOptionsOfQuery(
      `${url}&metadata_page_title=true&metadata_fonts=True&metadata_icon=false&metadata_http_response_headers=true`,
    ),
  );
  assert.deepEqual(spec["metadata"], ["PageTitle", "Fonts", "ResponseHeaders"]);
  assert.equal(parseTakeRequest(rawOptionsOfQuery(url)).spec["metadata"], undefined);
  for (const name of ["status_code", "headers"])
    assert.throws(
      () => parseTakeRequest(rawOptionsOfQuery(`html=x&metadata_http_response_${name}=true`)),
      {
        message: `The request is not valid: "metadata_http_response_${name}" is not allowed without "url"`,
      },
    );
});

test("the page's content is kept as HTML unless a form is given", () => {
  const contentOf = (query: string): unknown =>
    parseTakeRequest(rawOptionsOfQuery(`${url}${query}`)).spec["pageContent"];
  assert.equal(contentOf(""), undefined);
  assert.equal(contentOf("&metadata_content=false"), undefined);
  assert.equal(contentOf("&metadata_content=true"), "HTML");
  assert.equal(contentOf("&metadata_content=true&metadata_content_format=markdown"), "Markdown");
  assert.throws(() => contentOf("&metadata_content_format=markdown"), {
    message:
      'The request is not valid: "metadata_content_format" is not allowed without "metadata_content"',
  });
  assert.throws(() => contentOf("&metadata_content=true&metadata_content_format=pdf"), {
    message: 'The request is not valid: "metadata_content_format" must be one of [html, markdown]',
  });
});
