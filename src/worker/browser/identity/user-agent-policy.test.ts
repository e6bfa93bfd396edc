import assert from "node:assert/strict";
import { test } from "node:test";
import { identityOf, ordinaryUserAgent } from "./user-agent-policy.ts";

const rest = "AppleWebKit/537.36 (KHTML, like Gecko)";

test("a user agent of the browser's own major version has the hints that Chromium itself gives", () => {
  const { metadata, platform } = identityOf(
    `Mozilla/5.0 (X11; Linux x86_64) ${rest} Chrome/156.0.0.0 Safari/537.36`,
    "156.0.8078.2",
  );
  assert.deepEqual(metadata?.brands, [
    { brand: "Not:A-Brand", version: "8" },
    { brand: "Chromium", version: "156" },
    { brand: "Google Chrome", version: "156" },
  ]);
  assert.deepEqual(metadata?.fullVersionList[1], { brand: "Chromium", version: "156.0.8078.2" });
  assert.equal(metadata?.fullVersionList[0]?.version, "8.0.0.0");
  assert.equal(platform, "Linux x86_64");
});

for (const [userAgent, expected] of [
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${rest} Chrome/130.0.0.0 Safari/537.36`,
    { platform: "Win32", system: "Windows", mobile: false, model: "", form: "Desktop" },
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${rest} Chrome/130.0.0.0 Safari/537.36`,
    { platform: "MacIntel", system: "macOS", mobile: false, model: "", form: "Desktop" },
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${rest} Chrome/130.0.0.0 Safari/537.36`,
    { platform: "Linux x86_64", system: "Chrome OS", mobile: false, model: "", form: "Desktop" },
  ],
  [
    `Mozilla/5.0 (Linux; Android 11; Pixel 5 Build/RQ3A) ${rest} Chrome/130.0.0.0 Mobile Safari/537.36`,
    { platform: "Linux armv81", system: "Android", mobile: true, model: "Pixel 5", form: "Mobile" },
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${rest} Chrome/130.0.0.0 Safari/537.36`,
    { platform: "Linux armv81", system: "Android", mobile: false, model: "", form: "Tablet" },
  ],
] as const)
  test(`hints and platform fit ${userAgent.slice(13, 50)}`, () => {
    const { metadata, platform } = identityOf(userAgent);
    const { platform: system, mobile, model, formFactors } = metadata ?? assert.fail();
    assert.deepEqual({ platform, system, mobile, model, form: formFactors[0] }, expected);
  });

for (const [userAgent, platform] of [
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1",
    "iPhone",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/130.0 Mobile Safari/604.1",
    "iPhone",
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.0 Safari/605.1.15", "MacIntel"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Win32"],
  ["Mozilla/5.0 (Windows NT 10.0) Chrome/46.0 Safari/537.36 Edge/14.14263", "Win32"],
  ["Mine/1.0 (test)", undefined],
] as const)
  test(`no hints for ${userAgent}`, () => {
    const identity = identityOf(userAgent);
    assert.equal(identity.metadata, undefined);
    assert.equal(identity.platform, platform);
  });

test("a browser with a brand of its own has its own version", () => {
  const { metadata } = identityOf(
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${rest} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0`,
  );
  assert.ok(metadata?.brands.some(({ brand, version }) => brand === "Opera" && version === "115"));
  assert.ok(!metadata?.brands.some(({ brand }) => brand === "Google Chrome"));
});

test("the browser's own user agent loses the word headless", () => {
  assert.equal(ordinaryUserAgent("HeadlessChrome/156.0.0.0"), "Chrome/156.0.0.0");
});
