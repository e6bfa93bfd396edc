import assert from "node:assert/strict";
import { test } from "node:test";
import { SettingsFileInvalid } from "../schema/settings-file.ts";
import { parseWorkerPodSettings } from "./worker-pod-settings.ts";

const least = {
  namePrefix: "stills-pool-",
  image: "stills-worker:1",
  serviceAccountName: "stills-worker",
  natsURL: "tls://nats:4222",
  natsPasswordSecretPrefix: "stills-nats-worker-",
  egressURL: "http://egress:3128",
  seccompProfile: { type: "Localhost", localhostProfile: "stills/worker.json" },
};

test("what may be left out is filled in", () => {
  const settings = parseWorkerPodSettings(least);
  assert.equal(settings.sharedMemory, "512Mi");
  assert.equal(settings.allowDNS, false);
  assert.equal(settings.requireNetworkPolicy, false);
  assert.equal(settings.scaleDownAfterSeconds, 240);
  assert.equal(settings.natsCASecret, undefined);
});

const wrong: [name: string, change: object, says: RegExp][] = [
  ["a missing field", { image: undefined }, /`image` is missing/],
  ["a misspelt field", { imge: "x" }, /`imge` is not a known field; known are .*image/],
  ["a URL of another kind", { natsURL: "http://nats" }, /`natsURL` must be a URL .* nats:\/\//],
  ["a password in a URL", { natsURL: "nats://a:b@nats" }, /`natsURL` must be .* without user/],
  ["no words for true and false", { allowDNS: "yes" }, /`allowDNS` must be true or false/],
  [
    "a profile without its file",
    { seccompProfile: { type: "Localhost" } },
    /`seccompProfile.localhostProfile` is missing/,
  ],
  [
    "a profile outside the folder",
    { seccompProfile: { type: "Localhost", localhostProfile: "../x.json" } },
    /`seccompProfile.localhostProfile` must be a path below/,
  ],
  [
    "an address without a port",
    { forbiddenAddresses: ["a:1", "b"] },
    /`forbiddenAddresses\[1\]` must be host:port/,
  ],
  ["a prefix with a dot", { namePrefix: "a.b" }, /`namePrefix` must be at most 100/],
  ["a label that is no text", { labels: { a: 1 } }, /`labels.a` must be a label value/],
  ["an odd quantity", { sharedMemory: "12" }, /`sharedMemory` must be a quantity/],
  ["too short a delay", { scaleDownAfterSeconds: 1 }, /`scaleDownAfterSeconds` must be a whole/],
  ["half a Secret", { natsCASecret: { name: "a" } }, /`natsCASecret.key` is missing/],
];

for (const [name, change, says] of wrong)
  test(`${name} is refused by name`, () => {
    assert.throws(() => parseWorkerPodSettings({ ...least, ...change }), says);
  });

test("all mistakes are told at once", () => {
  assert.throws(
    () => parseWorkerPodSettings({}),
    (thrown: unknown) => thrown instanceof SettingsFileInvalid && thrown.problems.length === 6,
  );
});
