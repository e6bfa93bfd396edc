import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { generateCalloutKey } from "../platform/nats/callout-key.ts";
import { EnvReader, SettingsInvalid } from "../platform/process/env.ts";
import { readControllerConfig } from "./config.ts";

const directory = mkdtempSync(join(tmpdir(), "stills-config-"));
after(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const complete = {
  STILLS_OPERATOR_NAMESPACE: "stills-system",
  STILLS_ACCOUNTS_NAMESPACE: "stills-accounts",
  STILLS_NATS_URL: "nats://127.0.0.1:4222",
  STILLS_STORE_ENDPOINT: "http://127.0.0.1:7070",
  STILLS_STORE_BUCKET: "stills",
  STILLS_STORE_ACCESS_KEY_ID_FILE: file("id", "stills\n"),
  STILLS_STORE_SECRET_ACCESS_KEY_FILE: file("secret", "much-too-secret\n"),
  STILLS_ATTEMPT_KEY_FILE: file("attempt", "a".repeat(32)),
  STILLS_PROXY_KEY_FILE: file("proxy", "p".repeat(32)),
  STILLS_LINK_KEY_FILE: file("link", "l".repeat(32)),
  STILLS_JOB_PROOF_KEY_FILE: file("proof", "j".repeat(32)),
};

test("optional settings have defaults", () => {
  const config = readControllerConfig(new EnvReader(complete));
  assert.equal(config.kubeconfigPath, undefined);
  assert.deepEqual(config.nats, {
    url: "nats://127.0.0.1:4222",
    user: "controller",
  });
  assert.deepEqual(config.store, {
    endpoint: "http://127.0.0.1:7070",
    publicEndpoint: "http://127.0.0.1:7070",
    region: "us-east-1",
    bucket: "stills",
    accessKeyID: "stills",
    secretAccessKey: "much-too-secret",
  });
  assert.equal(config.probes.port, 9090);
  assert.equal(config.jobProof.requiredFromMilliseconds, 0);
});

test("the time from which jobs need a proof is read, and any other text refused", () => {
  const read = (time: string) =>
    readControllerConfig(new EnvReader({ ...complete, STILLS_JOB_PROOF_REQUIRED_FROM: time }));
  const { jobProof } = read("2026-11-30T12:00:00Z");
  assert.equal(jobProof.requiredFromMilliseconds, Date.UTC(2026, 10, 30, 12));
  for (const wrong of ["soon", "2026-11-30", "2026-11-30T12:00:00+01:00", "2026-99-30T12:00:00Z"])
    assert.throws(() => read(wrong), /STILLS_JOB_PROOF_REQUIRED_FROM.*a time such as/s, wrong);
});

test("a key that vouches for workers has to be one, and is for pods that the controller makes", () => {
  const read = (pem: string) =>
    readControllerConfig(
      new EnvReader({ ...complete, STILLS_NATS_CALLOUT_KEY_FILE: file("callout", pem) }),
    );
  assert.throws(() => read("no key"), /STILLS_NATS_CALLOUT_KEY_FILE.*one Ed25519 private key/);
  assert.throws(
    () => read(generateCalloutKey().privateKeyPEM),
    /STILLS_NATS_CALLOUT_KEY_FILE.*left out where STILLS_WORKER_POD_FILE is/,
  );
  const pods = [
    "namePrefix: a-",
    "image: worker:1",
    "serviceAccountName: worker",
    "natsURL: nats://nats:4222",
    "egressURL: http://egress:3128",
    "seccompProfile: { type: RuntimeDefault }",
  ].join("\n");
  const withPods = { ...complete, STILLS_WORKER_POD_FILE: file("pods.yaml", pods) };
  assert.throws(
    () => readControllerConfig(new EnvReader(withPods)),
    /STILLS_NATS_CALLOUT_KEY_FILE.*workers would have no way into NATS/,
  );
  const callout = file("callout", generateCalloutKey().privateKeyPEM);
  const { calloutKey } = readControllerConfig(
    new EnvReader({ ...withPods, STILLS_NATS_CALLOUT_KEY_FILE: callout }),
  );
  assert.match(calloutKey?.issuer ?? "", /^A[A-Z2-7]{55}$/);
});

test("every wrong setting is named at once, and no secret is shown", () => {
  const wrong = {
    ...complete,
    STILLS_OPERATOR_NAMESPACE: "Not A Label",
    STILLS_NATS_URL: "http://127.0.0.1",
    STILLS_STORE_BUCKET: "",
    STILLS_ATTEMPT_KEY_FILE: file("short", "tooshort"),
    STILLS_PROXY_KEY_FILE: join(directory, "missing"),
  };
  assert.throws(
    () => readControllerConfig(new EnvReader(wrong)),
    (thrown: SettingsInvalid) => {
      for (const name of [
        "STILLS_OPERATOR_NAMESPACE",
        "STILLS_NATS_URL",
        "STILLS_STORE_BUCKET",
        "STILLS_ATTEMPT_KEY_FILE",
        "STILLS_PROXY_KEY_FILE",
      ])
        assert.match(thrown.message, new RegExp(name));
      assert.equal(thrown.problems.length, 5);
      assert.doesNotMatch(thrown.message, /tooshort|much-too-secret/);
      return true;
    },
  );
});
