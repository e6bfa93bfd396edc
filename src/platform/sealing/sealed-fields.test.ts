import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Failure } from "../../api/reasons/failure.ts";
import type { PageSecrets } from "../../api/messages/page-secrets.ts";
import { Opener, Sealer, type SealedJob, type SealedSecret } from "./sealed-fields.ts";
import { generateSealingKeys } from "./sealing-keys.ts";

const secrets: PageSecrets = {
  cookies: [{ name: "session", value: "geheim", secure: true }],
  headers: [{ name: "X-Tenant", value: "seven" }],
  authorization: "Bearer geheim",
  proxy: { host: "proxy.example", port: 8080, username: "u", password: "p", bypassHosts: [] },
};
const sent = {
  url: "https://example.com/",
  format: "JPEG",
  viewport: { widthPixels: 800 },
  webhook: { url: "https://hooks.example.com/", body: "Result" },
};
/** What the API server makes of it. */
const stored = {
  ...sent,
  poolName: "default",
  backoffLimit: 3,
  activeDeadlineSeconds: 120,
  viewport: { heightPixels: 1024, widthPixels: 800, deviceScalePercent: 100 },
  webhook: { body: "Result", onFailure: "Send", sign: true, url: "https://hooks.example.com/" },
};
const name = { namespace: "tenant", name: "take-1" };
const files = generateSealingKeys();
let opener: Opener;
let sealed: SealedSecret[];

before(async () => {
  opener = await Opener.create(files.privateKeyPEM);
  const sealer = await Sealer.create(files.publicKeyPEM);
  sealed = await sealer.seal({ ...name, spec: sent }, secrets);
});

const open = (change: Partial<SealedJob>, spec: object = {}, fields = sealed) =>
  opener.open({ ...name, ...change, spec: { ...stored, sealed, ...spec } }, fields);

test("a job is opened as the API server stored it, and nothing of it is readable before", async () => {
  assert.deepEqual(await open({}), secrets);
  assert.deepEqual(
    sealed.map(({ field }) => field),
    ["Cookies", "Headers", "Authorization", "Proxy"],
  );
  assert.doesNotMatch(JSON.stringify(sealed), /geheim|session|seven|proxy\.example/);
});

test("suspending, cancelling and repeating a job changes nothing", async () => {
  assert.deepEqual(await open({}, { suspend: true, cancel: true }), secrets);
  assert.deepEqual(await open({ name: "take-1-r2" }), secrets);
});

test("moved to another job, or with another spec, nothing opens, and the reason says so", async () => {
  const swapped = sealed.map((one) => ({ ...one, field: "Cookies" as const })).slice(1, 2);
  const attempts: [string, Partial<SealedJob>, object?, SealedSecret[]?][] = [
    ["another name", { name: "take-2" }],
    ["another namespace", { namespace: "other" }],
    ["another field", {}, {}, swapped],
    ["another url", {}, { url: "https://evil.example/" }],
    ["a script", {}, { scripts: ["fetch('https://evil.example')"] }],
    ["another webhook", {}, { webhook: { ...stored.webhook, url: "https://evil.example/" } }],
    ["another pool", {}, { poolName: "evil" }],
    ["another viewport", {}, { viewport: { ...stored.viewport, heightPixels: 1025 } }],
  ];
  for (const [what, change, spec, fields] of attempts)
    await assert.rejects(
      open(change, spec, fields),
      (thrown: Failure) =>
        thrown.reason === "SealInvalid" && /not made for this job/.test(thrown.message),
      what,
    );
});

test("without the private key the reason names the key", async () => {
  const other = await Opener.create(generateSealingKeys().privateKeyPEM);
  for (const stranger of [other, await Opener.create(undefined)])
    await assert.rejects(
      stranger.open({ ...name, spec: { ...stored, sealed } }, sealed),
      (thrown: Failure) =>
        thrown.reason === "SealInvalid" && thrown.message.includes(String(sealed[0]?.keyID)),
    );
});
