import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { kubeconfigCredentials } from "./kubeconfig-credentials.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stills-test-credentials-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function kubeconfig(user: object, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    clusters: [{ name: "one", cluster: { server: "https://kube.example:6443", ...cluster } }],
    users: [{ name: "me", user }],
    contexts: [{ name: "here", context: { cluster: "one", user: "me" } }],
  });
}

test("a token becomes a header, certificates become TLS material", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "config");
    const ca = Buffer.from("the authority").toString("base64");
    await writeFile(path, kubeconfig({ token: "abc" }, { "certificate-authority-data": ca }));
    const access = await kubeconfigCredentials(path).load(false);
    assert.equal(access.server, "https://kube.example:6443");
    assert.deepEqual(access.headers, { authorization: "Bearer abc" });
    assert.equal(access.tls.ca, "the authority");
    assert.notEqual(access.tls.rejectUnauthorized, false);
  });
});

test("certificate files are read again each time, relative to the kubeconfig", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "config");
    await writeFile(path, kubeconfig({ token: "abc" }, { "certificate-authority": "ca.pem" }));
    await writeFile(join(folder, "ca.pem"), "first");
    const credentials = kubeconfigCredentials(path);
    assert.equal((await credentials.load(false)).tls.ca, "first");
    await writeFile(join(folder, "ca.pem"), "second");
    assert.equal((await credentials.load(false)).tls.ca, "second");
  });
});

test("a kubeconfig that was written anew is read anew", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "config");
    await writeFile(path, kubeconfig({ token: "first" }));
    const credentials = kubeconfigCredentials(path);
    await credentials.load(false);
    await writeFile(path, kubeconfig({ token: "second, and longer" }));
    const { headers } = await credentials.load(false);
    assert.deepEqual(headers, { authorization: "Bearer second, and longer" });
  });
});

test("of several files the first with a context counts", async () => {
  await inFolder(async (folder) => {
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    await writeFile(first, kubeconfig({ token: "abc" }));
    await writeFile(second, JSON.stringify({ apiVersion: "v1", kind: "Config" }));
    const { headers } = await kubeconfigCredentials([first, second].join(delimiter)).load(false);
    assert.deepEqual(headers, { authorization: "Bearer abc" });
  });
});

test("a kubeconfig without a cluster is refused with its path", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "config");
    await writeFile(path, JSON.stringify({ apiVersion: "v1", kind: "Config" }));
    const load = kubeconfigCredentials(path).load(false);
    await assert.rejects(load, (thrown: Error) => thrown.message.includes(path));
  });
});
