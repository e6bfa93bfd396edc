import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { jobNames, newJobNames } from "../support/job-reader.ts";
import type { LocalCoordinates } from "../support/local-stills.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { startSite, type Site } from "../support/site/serve.ts";
import { TakeCaller, type TakeOptions } from "../support/take-caller.ts";

/** `Account.spec.targets` through the whole system: changed while it runs, and held at each door. */

const ownAddress = "127.0.53.30";
const otherAddress = "127.0.53.31";
const accountsNamespace = "stills-accounts";
const sentence = `This account may not visit ${otherAddress}; its operator can allow it in \`targets\` of the Account`;
let own: Site;
let other: Site;
let stills: StillsTenant;
let at: LocalCoordinates;
let caller: TakeCaller;

before(async () => {
  own = await startSite({ host: ownAddress });
  other = await startSite({ host: otherAddress });
  stills = await StillsTenant.create("targets");
  at = await stills.coordinates();
  caller = new TakeCaller(at);
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await own?.close();
  await other?.close();
});

/** Sets the account's targets, and waits until the gateway refuses or accepts the other site as it should then. */
async function limit(targets: object | null, isRefused: boolean): Promise<void> {
  const patch = JSON.stringify({ spec: { targets } });
  await stills.kubectl(
    ...["patch", "account", "targets", "-n", accountsNamespace, "--type", "merge", "-p", patch],
  );
  await eventually(`the gateway knows ${patch}`, async () => {
    // Refused in any case: the webhook is looked at after the target, and no job is made.
    const { message } = await caller.error({
      url: `${other.url}/`,
      webhook_url: "https://internal",
    });
    return message.includes(sentence) === isRefused;
  });
}

const visitsOfOther = (): number => other.visited.length;

async function assertRefused(options: TakeOptions): Promise<void> {
  const visits = visitsOfOther();
  const answer = await caller.take(options);
  const body = (await answer.json()) as Record<string, string>;
  assert.deepEqual(
    [answer.status, body["error_code"]],
    [400, "request_not_valid"],
    JSON.stringify(body),
  );
  assert.equal(answer.headers.get("x-stills-reason"), "TargetNotAllowed");
  assert.ok(body["error_message"]?.endsWith(sentence), JSON.stringify(body));
  assert.equal(visitsOfOther(), visits);
}

test("a call for a page of another host makes no job, at any door", async () => {
  await limit({ allow: [`${ownAddress}/32`] }, true);
  const jobs = await jobNames(stills, at.namespace);
  await assertRefused({ url: `${other.url}/shop` });
  await assertRefused({ url: `${other.url}/shop`, async: true });
  // 0x7f.0.13599 is 127.0.53.31.
  await assertRefused({ url: `http://0x7f.0.13599:${other.port}/shop` });
  const posted = await fetch(`${at.gatewayURL}/take`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ access_key: at.accessKey, url: `${other.url}/shop` }),
  });
  assert.match(await posted.text(), /"request_not_valid"/);
  const bulk = await fetch(`${at.gatewayURL}/bulk`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...{ access_key: at.accessKey, execute: true, options: { viewport_width: 300 } },
      requests: [{ url: `${other.url}/shop` }],
    }),
  });
  assert.match(await bulk.text(), /"is_successful":false.*"request_not_valid"/);
  assert.deepEqual(await newJobNames(stills, at.namespace, jobs), []);
  assert.equal(visitsOfOther(), 0);
  await caller.bytes({ url: `${own.url}/shop` });
});

test("a page that leads to another host is refused where it does", async () => {
  await limit({ allow: [`${ownAddress}/32`] }, true);
  const target = `${other.url}/shop`;
  const away = `${own.url}/away?to=${encodeURIComponent(target)}`;
  await assertRefused({ url: away });
  await assertRefused({ html: `<script>location = "${target}"</script>` });
  await assertRefused({
    url: `${own.url}/shop`,
    scripts: `location = "${target}"`,
    scripts_wait_until: "load",
  });
  const warned = await caller.take({ html: `<p>Beside</p><iframe src="${target}"></iframe>` });
  assert.equal(warned.status, 200);
  assert.ok(decodeURIComponent(warned.headers.get("x-stills-warning") ?? "").includes(sentence));
  await warned.arrayBuffer();
  assert.equal(visitsOfOther(), 0);
  // Beside it: a picture from there is a part of the page.
  await caller.bytes({ html: `<img src="${other.url}/square.png">` });
  assert.ok(visitsOfOther() > 0);
});

test("of a host that is denied nothing is loaded, by name or by address", async () => {
  const page = { html: `<p>Beside</p><img src="${other.url}/square.png">` };
  await limit({ deny: ["127.0.53.31"] }, true);
  const visits = visitsOfOther();
  await caller.bytes(page);
  assert.equal(visitsOfOther(), visits);
  await assertRefused({ url: `${own.url}/away?to=${encodeURIComponent(`${other.url}/shop`)}` });
  await limit(null, false);
  await caller.bytes(page);
  assert.ok(visitsOfOther() > visits);
});

test("a job that was taken before is not taken again after its host was denied", async () => {
  await limit(null, false);
  const headers = { "x-access-key": at.accessKey };
  const accepted = await caller.take({ url: `${other.url}/shop`, async: true });
  const location = accepted.headers.get("location") ?? "";
  await eventually("the job has ended", async () => {
    return (await caller.read(location))["succeeded"] === "True";
  });
  const retry = () => fetch(`${at.gatewayURL}${location}/retry`, { method: "POST", headers });
  assert.equal((await retry()).status, 201);
  await limit({ deny: ["127.0.53.0/27"] }, true);
  const refused = await retry();
  assert.equal(refused.status, 400);
  assert.ok((await refused.text()).includes("This account may not visit"));
});
