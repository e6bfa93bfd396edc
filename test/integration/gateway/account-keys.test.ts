import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { apiVersion } from "../../../src/api/settings/kubernetes-names.ts";
import type { Account } from "../../../src/api/kinds/resource-types.ts";
import { signLink } from "../../../src/gateway/take/signed-link.ts";
import { accounts, secrets } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import {
  Installation,
  accountsNamespace,
  tenant,
} from "../../support/installation/installation.ts";

/** Keys while they are changed, and keys without a value: everybody knows those. The accounts require signatures. */

let world: Installation;
let gateway: GatewayProcess;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

interface Answer {
  status: number;
  code: string | undefined;
  message: string | undefined;
}

/** A call by a link that is signed with a key, which may be empty. */
async function take(accessKey: string, secretKey: string): Promise<Answer> {
  const query = `access_key=${accessKey}&url=https%3A%2F%2Fexample.com%2F&async=true`;
  const signed = `${query}&signature=${signLink(query, secretKey)}`;
  const answer = await fetch(`${gateway.url}/take?${signed}`);
  const text = await answer.text();
  const body = (text === "" ? {} : JSON.parse(text)) as Record<string, string>;
  return { status: answer.status, code: body["error_code"], message: body["error_message"] };
}

/** An account with these keys, once the gateway knows its access key. */
async function createAccount(name: string, stringData: Record<string, string>): Promise<void> {
  const metadata = { namespace: accountsNamespace, name };
  await secrets(world.transport).create({ metadata, stringData });
  await accounts(world.transport).create({
    ...{ apiVersion, kind: "Account", metadata },
    spec: { namespace: tenant, credentialsSecretRef: { name }, requireSignature: true },
  } as Account);
  await eventually(`the gateway knows ${name}`, async () => {
    const { message } = await take(name, "a wrong key");
    return message !== "No account has this access key";
  });
}

test("with an empty secret key no call is accepted, however it is signed, until it has a value", async () => {
  for (const [name, secretKey] of [
    ["empty", ""],
    ["blank", "\n"],
  ] as const) {
    await createAccount(name, { accessKey: name, secretKey });
    assert.deepEqual(await take(name, secretKey), {
      ...{ status: 400, code: "access_key_invalid" },
      message: "The Secret of the account has an empty secretKey",
    });
    const bearer = { authorization: `Bearer ${secretKey.trim()}` };
    assert.equal((await fetch(`${gateway.url}/v1/jobs`, { headers: bearer })).status, 401);
  }
  assert.deepEqual((await world.jobs.list({ namespace: tenant })).items, []);

  await secrets(world.transport).mergePatch(
    { namespace: accountsNamespace, name: "empty" },
    { stringData: { secretKey: "a real one" } },
  );
  await eventually("calls are accepted", async () => {
    return (await take("empty", "a real one")).status === 201;
  });
});

test("during a rotation both pairs of keys are valid, and the previous one ends when it is removed", async () => {
  await createAccount("turning", { accessKey: "turning", secretKey: "old secret" });
  assert.equal((await take("turning", "old secret")).status, 201);
  const secret = { namespace: accountsNamespace, name: "turning" };
  const rotating = { accessKey: "turned", secretKey: "new secret" };
  const previous = { previousAccessKey: "turning", previousSecretKey: "old secret" };
  await secrets(world.transport).mergePatch(secret, { stringData: { ...rotating, ...previous } });
  await eventually("the new key opens", async () => {
    return (await take("turned", "new secret")).status === 201;
  });
  const isOpen = async (key: string): Promise<boolean> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${gateway.url}/v1/jobs`, { headers })).ok;
  };
  // Callers that have one key of each pair are served, too.
  for (const accessKey of ["turning", "turned"])
    for (const secretKey of ["old secret", "new secret"])
      assert.equal((await take(accessKey, secretKey)).status, 201, `${accessKey}, ${secretKey}`);
  assert.deepEqual([await isOpen("old secret"), await isOpen("new secret")], [true, true]);

  const gone = Object.fromEntries(Object.keys(previous).map((name) => [name, null]));
  await secrets(world.transport).mergePatch(secret, { data: gone });
  await eventually("the previous key ends", async () => {
    return (await take("turning", "old secret")).code === "access_key_invalid";
  });
  assert.equal((await take("turned", "old secret")).code, "signature_is_not_valid");
  assert.deepEqual([await isOpen("old secret"), await isOpen("new secret")], [false, true]);
  assert.equal((await take("turned", "new secret")).status, 201);
});

test("an empty previous key signs nothing, and the current one does", async () => {
  const keys = { accessKey: "rotated", secretKey: "current", previousSecretKey: "" };
  await createAccount("rotated", keys);
  assert.equal((await take("rotated", "")).code, "signature_is_not_valid");
  assert.equal((await take("rotated", "current")).status, 201);
});

test("without an access key the previous one opens nothing either", async () => {
  const keys = { accessKey: "", previousAccessKey: "halfway", secretKey: "current" };
  await createAccount("halfway", keys);
  const { status, message } = await take("halfway", "current");
  assert.equal(status, 400);
  assert.equal(message, "The Secret of the account has an empty accessKey");
});
