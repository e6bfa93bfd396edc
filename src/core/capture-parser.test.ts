import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCapture } from "./capture-parser.ts";
import { rawOptionsOfBody, rawOptionsOfQuery } from "./raw-options.ts";

const url = "url=https://example.com/";

function specOf(query: string, asynchronous = false): Record<string, unknown> {
  const { spec, problems } = parseCapture(rawOptionsOfQuery(query), asynchronous);
  assert.deepEqual(problems, [], query);
  return spec;
}

function problemsOf(query: string): string[] {
  return parseCapture(rawOptionsOfQuery(query), false).problems;
}

test("a bare url has the defaults of HTTP where they differ from the resource's", () => {
  assert.deepEqual(specOf(url), {
    url: "https://example.com/",
    format: "JPEG",
    extent: "Viewport",
    hostErrors: "Fail",
  });
  assert.equal(specOf(url, true)["captureTimeoutSeconds"], 600);
});

test("words, switches, numbers and lists become the resource's", () => {
  const spec = specOf(
    `${url}&format=%20WEBP%20&device_scale_factor=1.5&dark_mode=true&ignore_host_errors=1&wait_until=load&wait_until[]=networkidle0&viewport_width=640`,
  );
  assert.equal(spec["format"], "WebP");
  assert.deepEqual(spec["viewport"], { deviceScalePercent: 150, widthPixels: 640 });
  assert.equal(spec["colorScheme"], "Dark");
  assert.equal(spec["hostErrors"], "Ignore");
  assert.deepEqual(spec["wait"], { until: ["Load", "NetworkIdle0"] });
});

test("a JSON body and a query string mean the same, texts for numbers and switches included", () => {
  const query = specOf(`${url}&full_page=true&full_page_scroll=false&scripts=a()`);
  const { spec, problems } = parseCapture(
    rawOptionsOfBody({
      url: "https://example.com/",
      full_page: "true",
      full_page_scroll: false,
      scripts: "a()",
      selector: null,
    }),
    false,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(spec, query);
  assert.deepEqual(spec["fullPage"], { scroll: false });
  assert.deepEqual(spec["scripts"], ["a()"]);
});

test("a selector captures the element, and the page when it is missing", () => {
  assert.deepEqual(specOf(`${url}&selector=%23a`)["element"], {
    selector: "#a",
    whenMissing: "CaptureExtent",
  });
  assert.equal(specOf(`${url}&selector=%23a`)["extent"], "Element");
  assert.deepEqual(specOf(`${url}&selector=%23a&error_on_selector_not_found=true`)["element"], {
    selector: "#a",
    whenMissing: "Fail",
  });
});

test("what is wrong is named with what is allowed", () => {
  const cases: [string, RegExp][] = [
    ["format=png", /^one of "url", "html", "markdown" is required$/],
    [`${url}&html=x`, /^"url" and "html" exclude each other/],
    [`${url}&format=bmp`, /^"format" must be one of png, jpeg, jpg, webp$/],
    [`${url}&viewport_width=0`, /^"viewport_width" must be a whole number from 1 to \d+$/],
    [`${url}&viewport_width=1e3`, /^"viewport_width" must be a whole number/],
    [`${url}&viewport_width=12.5`, /^"viewport_width" must be a whole number/],
    [`${url}&timeout=91`, /^"timeout" must be a whole number from 1 to 90$/],
    [`${url}&dark_mode=maybe`, /^"dark_mode" must be true or false$/],
    [`${url}&full_page_scroll=true`, /^"full_page_scroll" is not allowed without "full_page"$/],
    [
      `${url}&full_page=true&clip_width=10&clip_height=10`,
      /^"clip_x" is not allowed with "full_page"$/,
    ],
    [`${url}&timeout=10&navigation_timeout=20`, /^"navigation_timeout" must be at most "timeout"/],
    ["url=ftp://example.com", /^"url" must be a whole address/],
    ["url=https://https://example.com", /^"url" must not name the scheme twice/],
    [`${url}&url=https://example.org`, /^"url" must be one text, not a list$/],
    [`${url}&wait_until=never`, /^"wait_until" must be one of .* in each entry$/],
  ];
  for (const [query, expected] of cases) {
    const problems = problemsOf(query);
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      `${query}: ${problems.join("; ")}`,
    );
  }
});
