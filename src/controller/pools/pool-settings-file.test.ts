import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EnvReader } from "../../platform/process/env.ts";
import { readWorkerPodSettings } from "./pool-settings-file.ts";

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "stills-test-pool-settings-"));
});
after(async () => {
  await rm(directory, { recursive: true, force: true });
});

const text = `
namePrefix: stills-pool-
image: stills-worker:1
serviceAccountName: stills-worker
natsURL: tls://nats:4222
natsPasswordSecretPrefix: stills-nats-worker-
egressURL: http://egress:3128
seccompProfile: {type: RuntimeDefault}
`;

async function read(content: string | undefined) {
  const path = join(directory, "workers.yaml");
  if (content === undefined) await rm(path, { force: true });
  else await writeFile(path, content);
  const env = new EnvReader({ STILLS_WORKER_POD_FILE: path });
  const settings = readWorkerPodSettings(env);
  env.throwIfInvalid();
  return settings;
}

test("without the setting there are none", () => {
  assert.equal(readWorkerPodSettings(new EnvReader({})), undefined);
});

test("the file's settings", async () => {
  assert.equal((await read(text))?.image, "stills-worker:1");
});

test("a wrong setting is reported with its name", async () => {
  await assert.rejects(
    read(`${text}imge: x\n`),
    /STILLS_WORKER_POD_FILE is .*workers\.yaml.* `imge` is not a known field/,
  );
  await assert.rejects(read("a: [1"), /a file that holds YAML \(/);
  await assert.rejects(read(undefined), /can read \(ENOENT\)/);
});
