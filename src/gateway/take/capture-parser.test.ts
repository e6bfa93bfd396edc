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
    `${url}&format=%20WEBP%20&device_scale_factor=1.5&dark_mode=true&ignore_host_errors=True&wait_until=load&wait_until[]=networkidle0&viewport_width=640`,
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
    [`${url}&format=bmp`, /^"format" must be one of \[png, .* pdf, html, markdown\]$/],
    [
      `${url}&full_page=true&full_page_slices=true&full_page_slice_overlap_height=3901`,
      /^"full_page_slice_overlap_height" must be at least 100 less than "full_page_slice_height", which is 4000$/,
    ],
    [`${url}&format=%20JP2`, /^"format" jp2 is not available: .* encoder for JPEG 2000$/],
    [`${url}&format=heif`, /^"format" heif is not available: .* encoder for HEVC; avif is/],
    [`${url}&viewport_width=0`, /^"viewport_width" must be greater than or equal to 1$/],
    [`${url}&viewport_width=99999`, /^"viewport_width" must be less than or equal to \d+$/],
    [`${url}&viewport_width=12.5`, /^"viewport_width" must be an integer$/],
    [`${url}&timeout=91`, /^"timeout" must be less than or equal to 90$/],
    [`${url}&dark_mode=maybe`, /^"dark_mode" must be a boolean$/],
    [`${url}&full_page_scroll=true`, /^"full_page_scroll" is not allowed without "full_page"$/],
    [
      `${url}&full_page=true&clip_width=10&clip_height=10`,
      /^"clip_width" is not allowed with "full_page" true$/,
    ],
    [`${url}&timeout=10&delay=31`, /^"delay" must be less than or equal to 30 unless "timeout"/],
    ["url=ftp://example.com", /^"url" must be a valid URI with a scheme/],
    ["url=https://https://example.com", /^"url" must be a valid URI .*, named once/],
    [`${url}&url=https://example.org`, /^"url" must be a string$/],
    [`${url}&wait_until=never`, /^"wait_until\[0\]" must be one of \[load, .*\]$/],
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
  const spec = specOf(`${url}&viewport_device=iphone_13&viewport_width=500`);
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
    specOf(`${url}&format=pdf&pdf_paper_format=a5&pdf_margin=10mm&pdf_margin_left=1in`)["pdf"],
    { paperFormat: "A5", margin: "10mm", marginLeft: "1in" },
  );
  assert.equal(specOf(`${url}&pdf_landscape=true&format=png`)["pdf"], undefined);
  const cases: [string, string][] = [
    ["pdf_margin=10em&format=pdf", '"pdf_margin" must be a number with a unit'],
    ["format=pdf&selector=.a", '"selector" is not allowed with "format" pdf, only with png, jpeg'],
    ["format=pdf&image_quality=50", '"image_quality" is not allowed with "format" pdf'],
    ["format=gif&image_quality=50", '"image_quality" is not allowed with "format" gif, only with'],
    ["omit_background=true", '"omit_background" is not allowed with "format" jpeg, jpg, only with'],
    ["block_resources=pictures", '"block_resources[0]" must be one of [document, stylesheet'],
    ["block_requests=a%20b", '"block_requests[0]" must consist of printable ASCII'],
    ["time_zone=a%20b", '"time_zone" must be the IANA name'],
    ["geolocation_latitude=91", '"geolocation_latitude" must be less than or equal to 90'],
    ["media_type=tv", '"media_type" must be one of [screen, print]'],
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

test("what is asked for in vain is left out, and said", () => {
  const cases: [query: string, group: string, warning: string][] = [
    [`${url}&html=x`, "html", '"html" had no effect, since "url" was given as well'],
    [`${url}&pdf_landscape=true`, "pdf", '"pdf_landscape" had no effect with this "format"'],
    [`${url}&format=pdf&image_width=5`, "resize", '"image_width" had no effect with this "format"'],
    [`${url}&selector=.a&clip_x=5`, "clip", '"clip_x" had no effect with this "selector"'],
    [
      `${url}&selector=.a&full_page=true&full_page_scroll=false`,
      "fullPage",
      '"full_page_scroll" had no effect with this "selector"',
    ],
    [
      `${url}&geolocation_latitude=1`,
      "geolocation",
      '"geolocation_latitude" had no effect without "geolocation_longitude"',
    ],
    [
      `${url}&scroll_into_view_adjust_top=5`,
      "scrollIntoView",
      '"scroll_into_view_adjust_top" had no effect without "scroll_into_view"',
    ],
  ];
  for (const [query, group, warning] of cases) {
    const { spec, problems, warnings } = parseCapture(rawOptionsOfQuery(query), false);
    assert.deepEqual([problems, warnings], [[], [warning]], query);
    assert.equal(spec[group], undefined, query);
  }
  const plain = `${url}&full_page=true&clip=&format=png`.replace("&clip=", "");
  assert.deepEqual(parseCapture(rawOptionsOfQuery(plain), false).warnings, []);
});

test("a delay above the timeout uses it up", () => {
  const { wait } = specOf(`${url}&timeout=10&delay=20`) as { wait: { delaySeconds: number } };
  assert.equal(wait.delaySeconds, 10);
});

test("a timeout of 0 is the default", () => {
  assert.equal(specOf(`${url}&timeout=0`)["captureTimeoutSeconds"], undefined);
  assert.equal(specOf(`${url}&timeout=0`, true)["captureTimeoutSeconds"], 600);
  assert.equal(specOf(`${url}&navigation_timeout=0`)["navigationTimeoutSeconds"], undefined);
});

test("a rectangle without an edge reaches to the edge of the window", () => {
  const clipOf = (query: string): unknown => specOf(`${url}&${query}`)["clip"];
  assert.deepEqual(clipOf("clip_x=280&clip_height=5"), {
    xPixels: 280,
    widthPixels: 1000,
    heightPixels: 5,
  });
  assert.deepEqual(clipOf("clip_y=44&viewport_device=iphone_13"), {
    yPixels: 44,
    widthPixels: 390,
    heightPixels: 800,
  });
  assert.deepEqual(clipOf("clip_x=5000"), { xPixels: 5000, widthPixels: 1, heightPixels: 1024 });
});

test("an address is kept as browsers write it where the resource could not hold it", () => {
  const addressOf = (text: string): unknown => specOf(`url=${encodeURIComponent(text)}`)["url"];
  assert.equal(addressOf("https://example.com/a b"), "https://example.com/a%20b");
  assert.equal(addressOf("https:example.com"), "https://example.com/");
  assert.equal(addressOf("HTTP://example.com/ä"), "HTTP://example.com/ä");
  assert.equal(addressOf("https://user:pass@example.com/a"), "https://example.com/a");
});
