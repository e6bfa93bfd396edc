import assert from "node:assert/strict";
import { test } from "node:test";
import { EnvReader } from "../platform/process/env.ts";
import { readWorkerConfig } from "./config.ts";

const minimal = { STILLS_EGRESS_URL: "http://egress:3128", STILLS_NATS_URL: "nats://nats:4222" };

test("a worker needs only the addresses of NATS and of the egress proxy", () => {
  const config = readWorkerConfig(new EnvReader({ ...minimal, STILLS_WORKER_NAME: "w-1" }));

  assert.equal(config.name, "w-1");
  assert.equal(config.slots, 2);
  assert.equal(config.nats.user, "worker-default");
  assert.equal(config.browser.sandbox, "Required");
  assert.equal(config.browser.recycleAfterCaptures, 200);
  assert.equal(config.browser.recycleAfterSeconds, 1800);
});

test("every wrong variable is named in one error", () => {
  const wrong = {
    ...minimal,
    STILLS_EGRESS_URL: "socks5://egress",
    STILLS_SLOTS: "17",
    STILLS_POOL: "Not.A.Label",
    STILLS_BROWSER_SANDBOX: "off",
  };

  assert.throws(
    () => readWorkerConfig(new EnvReader(wrong)),
    (thrown: Error) =>
      ["STILLS_EGRESS_URL", "STILLS_SLOTS", "STILLS_POOL", "STILLS_BROWSER_SANDBOX"].every((name) =>
        thrown.message.includes(name),
      ),
  );
});

test("a worker shows NATS a token or a password, not both", () => {
  const withToken = { ...minimal, STILLS_NATS_TOKEN_FILE: "/token" };
  const { nats } = readWorkerConfig(new EnvReader(withToken));
  assert.equal(nats.tokenFile, "/token");

  const withBoth = { ...withToken, STILLS_NATS_PASSWORD_FILE: "/password" };
  assert.throws(
    () => readWorkerConfig(new EnvReader(withBoth)),
    /STILLS_NATS_TOKEN_FILE.*left out where STILLS_NATS_PASSWORD_FILE is set/,
  );
});
