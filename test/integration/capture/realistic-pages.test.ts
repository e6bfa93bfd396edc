import assert from "node:assert/strict";
import { after, test } from "node:test";
import { consentSelectors, expectedPictures } from "../../support/expected-pictures.ts";
import { Studio } from "./studio.ts";

const studio = await Studio.open();
after(() => studio[Symbol.asyncDispose]());

test("a shop with 60 sub-resources is captured with every photo that is in view", async () => {
  const visitsBefore = studio.site.visited.length;

  const { picture, taken } = await studio.see("/shop");

  expectedPictures.shop(picture);
  const visits = studio.site.visited.slice(visitsBefore);
  assert.equal(visits.filter((path) => path.startsWith("/shop/")).length, 60);
  assert.deepEqual(taken.warnings, []);
  assert.deepEqual(Object.keys(taken.timingsMilliseconds), ["navigate", "settle", "capture"]);
});

test("a whole shop shows all photos, and its sticky header once", async () => {
  const { picture } = await studio.see({ url: "/shop", extent: "FullPage" });

  expectedPictures.wholeShop(picture);
});

test("a whole article of 12,000 pixels shows every lazy image in its place", async () => {
  const { picture, taken } = await studio.see({ url: "/article", extent: "FullPage" });

  expectedPictures.wholeArticle(picture);
  assert.deepEqual(taken.warnings, []);
});

test("text waits for its web font", async () => {
  const { picture } = await studio.see("/fonts");

  expectedPictures.fonts(picture);
});

test("a web font is waited for even when only the document is", async () => {
  const { picture } = await studio.see({
    url: "/fonts",
    wait: { until: ["DOMContentLoaded"], delaySeconds: 0 },
  });

  expectedPictures.fonts(picture);
});

test("every script is drawn with glyphs, ideographs as such and emoji in colour", async () => {
  const { picture } = await studio.see("/languages");

  expectedPictures.languages(picture);
});

test("a page whose network is never idle is captured all the same, with a warning", async () => {
  const { picture, taken } = await studio.see({
    url: "/never-idle",
    wait: { until: ["Load", "NetworkIdle0", "NetworkIdle2"], delaySeconds: 0 },
    captureTimeoutSeconds: 20,
  });

  expectedPictures.neverIdle(picture);
  assert.equal(taken.warnings.length, 1);
  assert.match(taken.warnings[0] ?? "", /^NetworkIdle0 and NetworkIdle2 did not come within \d+ s/);
});

test("a slow third party is waited for", async () => {
  const { picture } = await studio.see("/slow-third-party");

  expectedPictures.slowThirdParty(picture);
});

test("a consent banner that comes late covers the page, and is gone when its selectors are hidden", async () => {
  const wait = { until: ["Load" as const], selector: "#consent", delaySeconds: 0 };

  const asked = await studio.see({ url: "/consent", wait });
  const bare = await studio.see({ url: "/consent", wait, hideSelectors: [...consentSelectors] });

  expectedPictures.consentAsked(asked.picture);
  expectedPictures.consentHidden(bare.picture);
});

test("redirects of the server, a refresh and a script lead to the page at their end", async () => {
  const { picture } = await studio.see("/redirects");

  expectedPictures.endOfRedirects(picture);
});
