import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { disturbanceOf, loadDigestOf } from "./shared-load.ts";

const url = "https://example.com/";
const plain = loadDigestOf({ url });

suite("which captures may share a load", () => {
  const alike: object[] = [
    { format: "WebP", quality: 50 },
    { extent: "FullPage", fullPage: { scroll: true, slices: true } },
    { extent: "Element", element: { selector: "h1" } },
    { clip: { xPixels: 0, yPixels: 0, widthPixels: 10, heightPixels: 10 }, beyondViewport: false },
    { resize: { widthPixels: 100 } },
    { format: "PDF", pdf: { landscape: true } },
    { activeDeadlineSeconds: 600, ttlSecondsAfterFinished: 60, cache: { key: "k", ttlSeconds: 9 } },
    // What the API server fills in.
    { viewport: { widthPixels: 1280, heightPixels: 1024, deviceScalePercent: 100 } },
  ];
  for (const spec of alike)
    test(`shared: ${JSON.stringify(spec)}`, () => {
      assert.equal(loadDigestOf({ url, ...spec }), plain);
    });

  const different: object[] = [
    { url: "https://example.com/other" },
    { viewport: { widthPixels: 400, heightPixels: 1024, deviceScalePercent: 100 } },
    { viewport: { device: "iphone_13" } },
    { background: "Transparent" },
    { userAgent: "Other" },
    { wait: { delaySeconds: 1 } },
    { scripts: "x()" },
    { styles: "a {}" },
    { hideSelectors: [".a"] },
    { click: { selector: "a" } },
    { block: { ads: true } },
    { colorScheme: "Dark" },
    { metadata: ["Title"] },
    { poolName: "other" },
    { captureTimeoutSeconds: 5 },
  ];
  for (const spec of different)
    test(`not shared: ${JSON.stringify(spec)}`, () => {
      assert.notEqual(loadDigestOf({ url, ...spec }), plain);
    });

  const alone: object[] = [
    { format: "MP4", animation: {} },
    { extent: "Element", element: { selector: "h1", scrollIntoView: false } },
  ];
  for (const spec of alone)
    test(`alone: ${JSON.stringify(spec)}`, () => {
      assert.equal(loadDigestOf({ url, ...spec }), undefined);
    });
});

test("what disturbs the page most is taken last", () => {
  const specs = [
    { format: "PDF" },
    { extent: "Element" },
    { extent: "FullPage", clip: {} },
    { clip: {} },
    { format: "HTML" },
  ];
  const ordered = specs.toSorted((one, other) => disturbanceOf(one) - disturbanceOf(other));
  assert.deepEqual(ordered, specs.toReversed());
});
