import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signLink } from "../../../src/gateway/take/signed-link.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, tenant } from "../../support/installation/installation.ts";
import { bearerOf, createAccount, secretKeyOf } from "./callers.ts";

/** What opens the native routes of an account, and what does not. Neither controller nor worker runs: jobs stay as they are. */

let world: Installation;
let gateway: GatewayProcess;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  await createAccount(world, [gateway], "strict", { requireSignature: true });
  await createAccount(world, [gateway], "open");
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** The query of a link that the account's owner could have published. */
function signedQuery(account: string): string {
  const query = `access_key=${account}&url=https%3A%2F%2Fexample.com%2F&async=true`;
  return `${query}&signature=${signLink(query, secretKeyOf(account))}`;
}

/** Creates a job by a signed link; returns its native route. */
async function jobBySignedLink(account: string): Promise<string> {
  const answer = await fetch(`${gateway.url}/take?${signedQuery(account)}`);
  assert.equal(answer.status, 201, await answer.text());
  return answer.headers.get("location") ?? "";
}

interface NativeAnswer {
  status: number;
  code: string | undefined;
  challenge: string | null;
}

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<NativeAnswer> {
  const answer = await fetch(`${gateway.url}${path}`, { method, headers });
  const text = await answer.text();
  const { code } = (text === "" ? {} : JSON.parse(text)) as { code?: string };
  return { status: answer.status, code, challenge: answer.headers.get("www-authenticate") };
}

/** Every native route of a job, from the harmless to the last. */
function routesOf(job: string): [method: string, path: string][] {
  return [
    ["GET", "/v1/jobs"],
    ["GET", job],
    ["POST", `${job}/retry`],
    ["DELETE", job],
  ];
}

async function isCancelled(job: string): Promise<boolean> {
  const found = await world.job(job.slice(job.lastIndexOf("/") + 1), tenant);
  return found?.spec.cancel === true;
}

for (const account of ["strict", "open"])
  test(`a signed link of the account '${account}' opens /take and no native route`, async () => {
    const job = await jobBySignedLink(account);
    for (const [method, path] of routesOf(job))
      assert.deepEqual(await ask(method, `${path}?${signedQuery(account)}`), {
        ...{ status: 401, code: "SecretKeyRequired", challenge: 'Bearer realm="stills"' },
      });
    assert.equal(await isCancelled(job), false);
  });

test("the access key of an account that requires signatures opens no native route, its secret key does", async () => {
  const job = await jobBySignedLink("strict");
  for (const [method, path] of routesOf(job)) {
    const inQuery = await ask(method, `${path}?access_key=strict`);
    const inHeader = await ask(method, path, { "x-access-key": "strict" });
    for (const { status, code } of [inQuery, inHeader])
      assert.deepEqual([status, code], [401, "SecretKeyRequired"]);
  }
  assert.equal(await isCancelled(job), false);

  const answers = [];
  for (const [method, path] of routesOf(job))
    answers.push((await ask(method, path, bearerOf("strict"))).status);
  // A job that has not finished cannot be retried.
  assert.deepEqual(answers, [200, 200, 409, 202]);
  assert.equal(await isCancelled(job), true);
});

test("an account that requires no signatures may use either key, and sees no job of another", async () => {
  const job = await jobBySignedLink("open");
  const foreign = await jobBySignedLink("strict");
  for (const headers of [{ "x-access-key": "open" }, bearerOf("open")]) {
    assert.equal((await ask("GET", job, headers)).status, 200);
    assert.equal((await ask("GET", foreign, headers)).status, 404);
  }
  assert.equal((await ask("DELETE", `${job}?access_key=open`)).status, 202);
});

test("without a key, or with a wrong one, the answer is a challenge", async () => {
  const cases: [headers: Record<string, string>, code: string][] = [
    [{}, "access_key_required"],
    [{ "x-access-key": "nobody" }, "access_key_invalid"],
    [{ authorization: "Bearer nobody" }, "SecretKeyInvalid"],
    [{ authorization: "Bearer " }, "SecretKeyInvalid"],
    [{ authorization: "Bearer open" }, "SecretKeyInvalid"],
    [{ authorization: "Basic b3BlbjpvcGVuLXNlY3JldA==" }, "SecretKeyInvalid"],
    [{ authorization: "Bearer nobody", "x-access-key": "open" }, "SecretKeyInvalid"],
  ];
  for (const [headers, code] of cases)
    assert.deepEqual(await ask("GET", "/v1/jobs", headers), {
      ...{ status: 401, code, challenge: 'Bearer realm="stills"' },
    });
});
