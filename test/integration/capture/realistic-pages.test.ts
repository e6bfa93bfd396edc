import assert from "node:assert/strict";
import { after, test } from "node:test";
import { consentSelectors, expectedPictures } from "../../support/expected-pictures.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

test("a shop with 60 sub-resources is captured with every photo in the viewport", async () => {
  const visitsBefore = fixture.site.visited.length;

  const { picture, captured } = await fixture.captureDecoded("/shop");

  expectedPictures.shop(picture);
  const visits = fixture.site.visited.slice(visitsBefore);
  assert.equal(visits.filter((path) => path.startsWith("/shop/")).length, 60);
  assert.deepEqual(captured.warnings, []);
  assert.deepEqual(Object.keys(captured.timingsMilliseconds), ["navigate", "settle", "capture"]);
});

test("a whole shop shows all photos, and its sticky header once", async () => {
  const { picture } = await fixture.captureDecoded({ url: "/shop", extent: "FullPage" });

  expectedPictures.wholeShop(picture);
});

test("a whole article of 12,000 pixels shows every lazy image in its place", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/article",
    extent: "FullPage",
  });

  expectedPictures.wholeArticle(picture);
  assert.deepEqual(captured.warnings, []);
});

test("text waits for its web font", async () => {
  const { picture } = await fixture.captureDecoded("/fonts");

  expectedPictures.fonts(picture);
});

test("a web font is waited for even when only the document is", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/fonts",
    wait: { until: ["DOMContentLoaded"], delaySeconds: 0 },
  });

  expectedPictures.fonts(picture);
});

test("every script has glyphs, ideographs included, and emoji have colours", async () => {
  const { picture } = await fixture.captureDecoded("/languages");

  expectedPictures.languages(picture);
});

test("a page whose network is never idle is captured, with a warning", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/never-idle",
    wait: { until: ["Load", "NetworkIdle0", "NetworkIdle2"], delaySeconds: 0 },
    captureTimeoutSeconds: 20,
  });

  expectedPictures.neverIdle(picture);
  assert.equal(captured.warnings.length, 1);
  assert.match(
    captured.warnings[0] ?? "",
    /^NetworkIdle0 and NetworkIdle2 did not come within \d+ s/,
  );
});

test("a slow third party is waited for", async () => {
  const { picture } = await fixture.captureDecoded("/slow-third-party");

  expectedPictures.slowThirdParty(picture);
});

test("a consent banner that comes late covers the page, and is gone when its selectors are hidden", async () => {
  const wait = { until: ["Load" as const], selector: "#consent", delaySeconds: 0 };

  const asked = await fixture.captureDecoded({ url: "/consent", wait });
  const bare = await fixture.captureDecoded({
    url: "/consent",
    wait,
    hideSelectors: [...consentSelectors],
  });

  expectedPictures.consentAsked(asked.picture);
  expectedPictures.consentHidden(bare.picture);
});

test("redirects of the server, a refresh and a script lead to the page at their end", async () => {
  const { picture } = await fixture.captureDecoded("/redirects");

  expectedPictures.endOfRedirects(picture);
});
