import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { browserCacheFolder } from "../../../src/worker/browser/chromium/browser-cache.ts";
import { findBrowser } from "../../../src/worker/browser/chromium/find-browser.ts";
import { startWorld } from "./world.ts";

/** If the tests run in a pod, its API server must not be probed. */
const outsideOfPods = { KUBERNETES_SERVICE_HOST: "", KUBERNETES_SERVICE_PORT: "" };

/** A server that a worker must not reach; counts connections. */
async function startForbidden() {
  const server = createServer((socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let connections = 0;
  server.on("connection", () => (connections += 1));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    },
  };
}

test("a worker that can reach a forbidden address is unready until it no longer can", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  await using forbidden = await startForbidden();
  const worker = await world.startWorker({
    ...outsideOfPods,
    STILLS_REQUIRE_NETWORK_POLICY: "true",
    STILLS_FORBIDDEN_ADDRESSES: forbidden.address,
  });

  const unready = await controller.announced("that nothing keeps it", ({ reason }) => {
    return reason === "NetworkPolicyMissing";
  });
  const uid = await controller.request({ url: `${site.url}/` });
  controller.announcements.length = 0;
  controller.callRoll();
  const later = await controller.announced("itself", () => true);

  assert.equal(unready.state, "Unready");
  assert.ok(unready.message?.includes(forbidden.address));
  assert.match(unready.message ?? "", /NetworkPolicy/);
  assert.ok(forbidden.connections() > 0);
  assert.equal(later.reason, unready.reason);
  assert.deepEqual(controller.resultsOf(uid), []);
  await forbidden[Symbol.asyncDispose]();
  assert.equal((await controller.result(uid)).outcome.kind, "Captured");
  assert.equal(worker.logged("No forbidden address can be reached").length, 1);
});

test("without requireNetworkPolicy no forbidden address is probed", async () => {
  await using world = await startWorld();
  await using forbidden = await startForbidden();
  await world.startWorker({ ...outsideOfPods, STILLS_FORBIDDEN_ADDRESSES: forbidden.address });

  const uid = await world.controller.request({ url: `${world.site.url}/` });

  assert.equal((await world.controller.result(uid)).outcome.kind, "Captured");
  assert.equal(forbidden.connections(), 0);
});

test("without user namespaces a worker is unready because of the sandbox", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  await using browser = await browserWithoutNamespaces();
  await world.startWorker({ STILLS_BROWSER_PATH: browser.path });

  const unready = await controller.announced("what is missing", ({ reason }) => {
    return reason === "SandboxUnavailable";
  });
  const uid = await controller.request({ url: `${site.url}/` });
  controller.announcements.length = 0;
  controller.callRoll();
  const later = await controller.announced("itself", () => true);

  assert.match(unready.message ?? "", /cannot use its sandbox.*seccomp profile.*No usable sandbox/);
  assert.equal(later.reason, unready.reason);
  assert.deepEqual(controller.resultsOf(uid), []);
  assert.deepEqual(site.visits, []);
});

/** The real browser, in a user namespace that allows no further ones: to Chromium like a pod without the profile. */
async function browserWithoutNamespaces(): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), "stills-test-browser-"));
  await chmod(folder, 0o755);
  const browserCache = browserCacheFolder(tmpdir());
  const { path } = await findBrowser({ engine: "HeadlessShell", browserCache });
  const script = join(folder, "headless_shell");
  const inside = `echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --ambient-caps=-all "$@"`;
  await writeFile(
    script,
    `#!/bin/sh\nexec unshare --user --map-current-user --keep-caps sh -c '${inside}' sh '${path}' "$@"\n`,
  );
  await chmod(script, 0o755);
  return {
    path: script,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
