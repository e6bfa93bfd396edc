import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { test } from "node:test";
import { promisify } from "node:util";
import { startKubeAPI, startNATS, startObjects } from "../../support/servers.ts";

const run = promisify(execFile);
const signal = new AbortController().signal;

test("a kube-apiserver serves its administrator, authenticates others by certificate, and keeps its data in a crash", async () => {
  await using kube = await startKubeAPI();
  const kubectl = async (kubeconfig: string, ...words: string[]): Promise<string> =>
    (await run(kube.kubectl, ["--kubeconfig", kubeconfig, ...words])).stdout;
  await kubectl(kube.kubeconfig, "create", "namespace", "shots");

  const other = await kube.api.issueKubeconfig({ name: "controller", groups: ["stills"] });
  const whoami = await kubectl(other, "auth", "whoami", "-o", "json");
  const { userInfo } = (JSON.parse(whoami) as { status: { userInfo: unknown } }).status;
  assert.ok(JSON.stringify(userInfo).includes('"username":"controller"'));
  await assert.rejects(kubectl(other, "get", "secrets"), /forbidden/);

  const before = kube.process.pid;
  await kube.process.kill();
  await kube.api.etcd.kill();
  await kube.api.etcd.start(signal);
  await kube.process.start(signal);
  assert.notEqual(kube.process.pid, before);
  const names = await kubectl(kube.kubeconfig, "get", "namespace", "shots", "-o", "name");
  assert.equal(names, "namespace/shots\n");
});

test("nats-server requires a password and has the same port after a crash", async () => {
  await using nats = await startNATS();
  assert.deepEqual(Object.keys(nats.users).slice(0, 3), [
    "controller",
    "gateway",
    "worker-default",
  ]);
  const { port } = new URL(nats.url);
  const greeting = async (): Promise<string> =>
    await new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: Number(port) });
      socket.on("data", (chunk) => {
        socket.destroy();
        resolve(chunk.toString());
      });
      socket.on("error", reject);
    });
  assert.match(await greeting(), /^INFO .*"auth_required":true/);
  await nats.process.kill();
  await assert.rejects(greeting());
  await nats.process.start(signal);
  assert.match(await greeting(), /"jetstream":true/);
});

test("the S3 server lets anyone read public objects and nothing else, also after a restart", async () => {
  await using objects = await startObjects();
  const statusOf = async (path: string): Promise<number> => {
    const response = await fetch(`${objects.endpoint}${path}`);
    await response.arrayBuffer();
    return response.status;
  };
  for (const round of ["first", "second"]) {
    // Missing, but public; the others are denied before they are looked up.
    assert.equal(await statusOf("/stills/stored/none.png"), 404, round);
    assert.equal(await statusOf("/stills/inputs/none"), 403, round);
    assert.equal(await statusOf("/stills?list-type=2"), 403, round);
    await objects.process.stop();
    await objects.process.start(signal);
  }
});
