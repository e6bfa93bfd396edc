import assert from "node:assert/strict";
import { test } from "node:test";
import { PageLifecycle } from "./page-lifecycle.ts";

const frameId = "main";
const timestamp = 0;

function reach(lifecycle: PageLifecycle, loaderId: string, ...names: string[]): void {
  for (const name of names) lifecycle.onLifecycleEvent({ frameId, loaderId, name, timestamp });
}

function arrive(lifecycle: PageLifecycle, loaderId: string, url: string): void {
  reach(lifecycle, loaderId, "init");
  lifecycle.onFrameNavigated({
    type: "Navigation",
    frame: {
      id: frameId,
      loaderId,
      url,
      domainAndRegistry: "",
      securityOrigin: "",
      mimeType: "text/html",
      secureContextType: "Secure",
      crossOriginIsolatedContextType: "NotIsolated",
      gatedAPIFeatures: [],
    },
  });
}

function requestNavigation(
  lifecycle: PageLifecycle,
  disposition: "currentTab" | "newTab" = "currentTab",
): void {
  lifecycle.onNavigationRequested({ frameId, reason: "scriptInitiated", url: "", disposition });
}

test("events count for the document they belong to, and a new document starts without any", () => {
  const lifecycle = new PageLifecycle(frameId);
  reach(lifecycle, "blank", "commit", "DOMContentLoaded", "load");
  assert.ok(lifecycle.document.reached.has("load"));

  arrive(lifecycle, "first", "http://one.test/");
  assert.equal(lifecycle.document.reached.size, 0);
  reach(lifecycle, "blank", "networkIdle");
  reach(lifecycle, "first", "DOMContentLoaded");
  assert.deepEqual([...lifecycle.document.reached], ["DOMContentLoaded"]);
  assert.equal(lifecycle.document.url, "http://one.test/");

  lifecycle.onLifecycleEvent({ frameId: "child", loaderId: "first", name: "load", timestamp });
  assert.equal(lifecycle.document.reached.has("load"), false);
});

test("a page is leaving from its requested navigation until the next document", () => {
  const lifecycle = new PageLifecycle(frameId);
  arrive(lifecycle, "first", "http://one.test/");

  requestNavigation(lifecycle);
  assert.equal(lifecycle.isLeaving, true);
  lifecycle.onNavigationStarted({
    frameId,
    url: "",
    loaderId: "second",
    navigationType: "differentDocument",
  });
  lifecycle.onNavigationCleared({ frameId });
  assert.equal(lifecycle.isLeaving, true);
  arrive(lifecycle, "second", "http://two.test/");
  assert.equal(lifecycle.isLeaving, false);
});

test("a requested navigation that is cleared leaves the page at its document", () => {
  const lifecycle = new PageLifecycle(frameId);
  arrive(lifecycle, "first", "http://one.test/");

  requestNavigation(lifecycle);
  lifecycle.onNavigationCleared({ frameId });
  assert.equal(lifecycle.isLeaving, false);

  lifecycle.onNavigationStarted({
    frameId,
    url: "",
    loaderId: "download",
    navigationType: "differentDocument",
  });
  assert.equal(lifecycle.isLeaving, true);
  lifecycle.onStoppedLoading({ frameId });
  assert.equal(lifecycle.isLeaving, false);

  requestNavigation(lifecycle, "newTab");
  lifecycle.onNavigationStarted({
    frameId,
    url: "",
    loaderId: "first",
    navigationType: "sameDocument",
  });
  assert.equal(lifecycle.isLeaving, false);
  assert.equal(lifecycle.document.loaderID, "first");
});

test("waiting ends with the condition or with the signal", async () => {
  const lifecycle = new PageLifecycle(frameId);
  arrive(lifecycle, "first", "http://one.test/");
  const hasLoaded = (): boolean => lifecycle.document.reached.has("load");
  const controller = new AbortController();

  const loaded = lifecycle.until(hasLoaded, controller.signal);
  reach(lifecycle, "first", "load");
  await loaded;
  await lifecycle.until(hasLoaded, controller.signal);

  const idle = lifecycle.until(() => false, controller.signal);
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(idle, (thrown) => thrown === reason);
  await assert.rejects(
    lifecycle.until(hasLoaded, controller.signal),
    (thrown) => thrown === reason,
  );
});

test("a page is leaving from a navigation that is scheduled now, and not from a later refresh", () => {
  const lifecycle = new PageLifecycle(frameId);
  arrive(lifecycle, "first", "http://one.test/");
  const scheduled = { frameId, reason: "metaTagRefresh", url: "http://two.test/" } as const;

  lifecycle.onNavigationScheduled({ ...scheduled, delay: 5 });
  assert.equal(lifecycle.isLeaving, false);
  lifecycle.onNavigationScheduled({ ...scheduled, delay: 0 });
  assert.equal(lifecycle.isLeaving, true);
  lifecycle.onNavigationCleared({ frameId });
  assert.equal(lifecycle.isLeaving, false);
});

test("a document has stopped until its frame loads again, and the next one has not", () => {
  const lifecycle = new PageLifecycle(frameId);
  arrive(lifecycle, "first", "http://one.test/");
  lifecycle.onStoppedLoading({ frameId });
  assert.equal(lifecycle.document.hasStopped, true);
  lifecycle.onStartedLoading({ frameId });
  assert.equal(lifecycle.document.hasStopped, false);
  lifecycle.onStoppedLoading({ frameId });
  arrive(lifecycle, "second", "http://two.test/");
  assert.equal(lifecycle.document.hasStopped, false);
});
