import assert from "node:assert/strict";
import { test } from "node:test";
import { EnvReader } from "../platform/process/env.ts";
import { parseSetupSettings } from "../api/settings/setup-settings.ts";
import { readSetupConfig } from "./config.ts";

test("only namespaces and name are needed; what is not asked for is not made", () => {
  const names = { namespace: "pictures", accountsNamespace: "customers" };
  assert.deepEqual(parseSetupSettings({ ...names, fullname: "stills" }), {
    ...names,
    fullname: "stills",
    labels: {},
    natsUsers: [],
    natsHosts: [],
    accounts: [],
    gatewayLeaveSeconds: 5,
    store: false,
    certificateLifetimeDays: 1825,
  });
});

test("every wrong field is named, with what is allowed", () => {
  const wrong = {
    namespace: "Not.A.Label",
    fullname: "stills",
    natsUser: ["misspelt"],
    natsUsers: "controller",
    natsHosts: ["no host"],
    store: "yes",
    certificateLifetimeDays: 0,
  };
  assert.throws(
    () => parseSetupSettings(wrong),
    (thrown: Error) =>
      [
        "`namespace` must be a DNS label",
        "`natsUser` is not a known field",
        "`natsUsers` must be a list",
        "`natsHosts[0]` must be a host name or an IP address",
        "`store` must be true or false",
        "`certificateLifetimeDays` must be a whole number from 1 to 3650",
      ].every((sentence) => thrown.message.includes(sentence)),
  );
});

test("a file that is not there is named; the CRDs need none", () => {
  const env = new EnvReader({ STILLS_SETUP_FILE: "/nowhere/setup.yaml" });
  assert.throws(() => readSetupConfig(env, true), /STILLS_SETUP_FILE is "\/nowhere\/setup.yaml"/);
  assert.equal(readSetupConfig(new EnvReader({}), false).settings, undefined);
});
