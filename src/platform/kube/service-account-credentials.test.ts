import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { serviceAccountCredentials } from "./service-account-credentials.ts";

const inPod = { host: "10.96.0.1", port: "443" };

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stills-test-service-account-"));
  try {
    await writeFile(join(folder, "token"), "first\n");
    await writeFile(join(folder, "ca.crt"), "the authority");
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a pod reaches the API server by its service account", async () => {
  await inFolder(async (folder) => {
    const access = await serviceAccountCredentials(inPod, folder)?.load(false);
    assert.deepEqual(access, {
      server: "https://10.96.0.1:443",
      headers: { authorization: "Bearer first" },
      tls: { ca: "the authority" },
    });
    const onIPv6 = { ...inPod, host: "fd00::1" };
    const other = await serviceAccountCredentials(onIPv6, folder)?.load(false);
    assert.equal(other?.server, "https://[fd00::1]:443");
  });
});

test("a renewed token is read after a refusal", async () => {
  await inFolder(async (folder) => {
    const credentials = serviceAccountCredentials(inPod, folder);
    await credentials?.load(false);
    await writeFile(join(folder, "token"), "second");
    assert.equal((await credentials?.load(true))?.headers["authorization"], "Bearer second");
    assert.equal((await credentials?.load(false))?.headers["authorization"], "Bearer second");
  });
});

test("outside of a pod, and without a token, there are none", async () => {
  await inFolder(async (folder) => {
    assert.equal(serviceAccountCredentials(undefined, folder), undefined);
    assert.equal(serviceAccountCredentials(inPod, join(folder, "none")), undefined);
  });
});

test("a file that cannot be read is named", async () => {
  await inFolder(async (folder) => {
    const credentials = serviceAccountCredentials(inPod, folder);
    await rm(join(folder, "ca.crt"));
    await assert.rejects(credentials?.load(false) ?? Promise.resolve(), /ca\.crt/);
  });
});
