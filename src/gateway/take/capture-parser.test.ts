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
    [`${url}&format=bmp`, /^"format" must be one of png, jpeg, jpg, webp, pdf$/],
    [`${url}&viewport_width=0`, /^"viewport_width" must be a whole number from 1 to \d+$/],
    [`${url}&viewport_width=1e3`, /^"viewport_width" must be a whole number/],
    [`${url}&viewport_width=12.5`, /^"viewport_width" must be a whole number/],
    [`${url}&timeout=91`, /^"timeout" must be a whole number from 1 to 90$/],
    [`${url}&dark_mode=maybe`, /^"dark_mode" must be true or false$/],
    [`${url}&full_page_scroll=true`, /^"full_page_scroll" is not allowed without "full_page"$/],
    [
      `${url}&full_page=true&clip_width=10&clip_height=10`,
      /^"clip_width" is not allowed with "full_page"$/,
    ],
    [`${url}&timeout=10&delay=20`, /^"delay" must be at most "timeout"/],
    ["url=ftp://example.com", /^"url" must be an absolute address/],
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

test("a device gives its values where the caller gave none", () => {
  const spec = specOf(`${url}&viewport_device=iPhone_13&viewport_width=500`);
  assert.deepEqual(spec["viewport"], {
    widthPixels: 500,
    heightPixels: 844,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
  });
  assert.match(String(spec["userAgent"]), /iPhone OS 15_0/);
  assert.equal(specOf(`${url}&viewport_device=iphone_13&user_agent=mine`)["userAgent"], "mine");
  assert.equal(
    (specOf(`${url}&viewport_device=ipad_gen_6_landscape`)["viewport"] as { landscape: boolean })
      .landscape,
    true,
  );
  assert.match(
    problemsOf(`${url}&viewport_device=iphone_1`).join(),
    /^"viewport_device" must be one of the \d+ names in the option table, such as /,
  );
});

test("degrees become millionths, and a position needs both", () => {
  assert.deepEqual(
    specOf(
      `${url}&geolocation_latitude=-52.52&geolocation_longitude=13.405&geolocation_accuracy=9`,
    )["geolocation"],
    { latitudeMicrodegrees: -52_520_000, longitudeMicrodegrees: 13_405_000, accuracyMeters: 9 },
  );
});

test("error_on_selector_not_found speaks of whichever selector is given", () => {
  const scroll = `${url}&scroll_into_view=.a`;
  assert.deepEqual(specOf(scroll)["scrollIntoView"], { selector: ".a", whenMissing: "Continue" });
  const strict = specOf(`${scroll}&error_on_selector_not_found=true`);
  assert.deepEqual(strict["scrollIntoView"], { selector: ".a", whenMissing: "Fail" });
  assert.equal(strict["element"], undefined);
  const both = specOf(`${scroll}&selector=%23b&error_on_selector_not_found=true`);
  assert.deepEqual(both["element"], { selector: "#b", whenMissing: "Fail" });
  assert.deepEqual(both["scrollIntoView"], { selector: ".a", whenMissing: "Fail" });
});

test("a PDF has its own options, and none of a picture's", () => {
  assert.deepEqual(
    specOf(`${url}&format=pdf&pdf_paper_format=A5&pdf_margin=10mm&pdf_margin_left=1in`)["pdf"],
    { paperFormat: "A5", margin: "10mm", marginLeft: "1in" },
  );
  assert.equal(specOf(`${url}&pdf_landscape=false&omit_background=false`)["pdf"], undefined);
  const cases: [string, string][] = [
    ["pdf_landscape=true", '"pdf_landscape" is only allowed with "format" pdf'],
    ["pdf_margin=10em&format=pdf", '"pdf_margin" must be a number with a unit'],
    ["format=pdf&selector=.a", '"selector" is only allowed with "format" png, jpeg, jpg, webp'],
    ["format=pdf&image_quality=50", '"image_quality" is only allowed with "format" png'],
    ["format=pdf&image_width=50", '"image_width" is only allowed with "format" png'],
    ["format=pdf&clip_width=5&clip_height=5", '"clip_width" is only allowed with "format" png'],
    ["omit_background=true", '"omit_background" is only allowed with "format" png, webp'],
    ["geolocation_latitude=1", '"geolocation_longitude" is required with "geolocation_latitude"'],
    ["clip_x=1&clip_height=5", '"clip_width" is required with "clip_x"'],
    ["scroll_into_view_adjust_top=5", 'is not allowed without "scroll_into_view"'],
    ["error_on_click_selector_not_found=false", 'is not allowed without "click"'],
    ["error_on_selector_not_found=true", 'is not allowed without "selector" or "scroll_into_view"'],
    ["scripts_wait_until=load", '"scripts_wait_until" is not allowed without "scripts"'],
    ["wait_for_selector_algorithm=at_least_one", 'is not allowed without "wait_for_selector"'],
    ["block_resources=pictures", '"block_resources" must be one of document, stylesheet'],
    ["block_requests=a%20b", '"block_requests" must consist of printable ASCII'],
    ["time_zone=a%20b", '"time_zone" must be the IANA name'],
    ["geolocation_latitude=91", '"geolocation_latitude" must be a number from -90 to 90'],
    ["media_type=tv", '"media_type" must be one of screen, print'],
  ];
  for (const [query, expected] of cases) {
    const problems = problemsOf(`${url}&${query}`);
    assert.ok(
      problems.some((problem) => problem.includes(expected)),
      `${query}: ${problems.join("; ")}`,
    );
  }
});

test("sizes that make too large a picture together are refused by name", () => {
  const cases: [string, string][] = [
    [
      "format=webp&image_width=16383&image_height=16383",
      '"image_width", "image_height" make 268402689 pixels together, but a picture has at most 60000000',
    ],
    [
      "viewport_width=8000&viewport_height=8000",
      '"viewport_width", "viewport_height", "device_scale_factor" make 64000000 pixels',
    ],
    ["device_scale_factor=5&viewport_width=3000", "make 76800000 pixels"],
    [
      "device_scale_factor=2&clip_width=4000&clip_height=4000",
      '"clip_width", "clip_height", "device_scale_factor" make 64000000 pixels',
    ],
  ];
  for (const [query, expected] of cases) {
    const problems = problemsOf(`${url}&${query}`);
    assert.ok(
      problems.some((problem) => problem.includes(expected)),
      `${query}: ${problems.join("; ")}`,
    );
  }
  const fine = ["image_width=16384", "image_width=7745&image_height=7745", "device_scale_factor=5"];
  for (const query of fine) assert.deepEqual(problemsOf(`${url}&${query}`), [], query);
});
